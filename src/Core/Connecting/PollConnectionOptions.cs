using System.Net;
using PollHttp.Core.Http2;

namespace PollHttp.Core;

/// <summary>Specifies how a connection is made, and the options of its exchanges.</summary>
public sealed class PollConnectionOptions
{
    private readonly TimeSpan _attemptDelay = TimeSpan.FromMilliseconds(250);
    private readonly TimeSpan _resolutionDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>Gets the limits of messages: how much is accepted and buffered.</summary>
    public ConnectionLimits Limits => Exchange.Limits;

    /// <summary>Gets the timeouts of the waits within an exchange.</summary>
    public ConnectionTimeouts Timeouts => Exchange.Timeouts;

    /// <summary>Gets or sets the deviations from the rules that are accepted; <see cref="Leniency.Default"/>.</summary>
    public Leniency Leniency
    {
        get => Exchange.Leniency;
        init => Exchange = new() { Limits = Limits, Timeouts = Timeouts, Leniency = value };
    }

    /// <summary>Gets or sets the timeout for the lookup, connecting and a proxy's tunnel together; 10 s, null for no limit.</summary>
    public TimeSpan? ConnectTimeout { get; init => field = OptionValue.LimitOrNone(value); } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the timeout for the TLS handshake; 10 s, null for no limit.</summary>
    public TimeSpan? TlsHandshakeTimeout { get; init => field = OptionValue.LimitOrNone(value); } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets how long a connect attempt may be unanswered before the next address is tried in parallel; 250 ms, from 10 ms to 2 s
    /// (RFC 8305 §8). After an address that fails, the next one is tried at once.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 10 ms or more than 2 s.</exception>
    public TimeSpan AttemptDelay
    {
        get => _attemptDelay;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromMilliseconds(10));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromSeconds(2));
            _attemptDelay = value;
        }
    }

    /// <summary>Gets or sets how long IPv4 addresses wait for IPv6 addresses that the resolver has not delivered yet; 50 ms (RFC 8305
    /// §8).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than 2 s.</exception>
    public TimeSpan ResolutionDelay
    {
        get => _resolutionDelay;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromSeconds(2));
            _resolutionDelay = value;
        }
    }

    /// <summary>Gets or sets the filter that decides which addresses may be connected to; null for all.</summary>
    public ConnectFilter? ConnectFilter { get; init; }

    internal ExchangeOptions Exchange { get; init; } = new() { Timeouts = new() { ResponseHead = TimeSpan.FromSeconds(30) } };

    internal Http2Options Http2 { get; init; } = Http2Options.Default;

    /// <summary>Gets or sets the pool of receive and send buffers; null for <see cref="SlabPool.Shared"/>.</summary>
    internal SlabPool? Slabs { get; init; }

    internal bool Allows(string host, IPEndPoint endPoint, out Exception? cause)
    {
        cause = null;
        try
        {
            return ConnectFilter?.Invoke(host, endPoint) ?? true;
        }
        catch (Exception exception) // a filter that can't decide does not allow the address
        {
            cause = exception;
            return false;
        }
    }
}
