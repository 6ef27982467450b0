using System.Net;
using PollHttp.Core.Http2;

namespace PollHttp.Core;

/// <summary>How a connection is made, and what its exchanges are held to.</summary>
public sealed class PollConnectionOptions
{
    private readonly TimeSpan _attemptDelay = TimeSpan.FromMilliseconds(250);
    private readonly TimeSpan _resolutionDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>How much of a message is taken and held.</summary>
    public ConnectionLimits Limits => Exchange.Limits;

    /// <summary>How long each wait within an exchange may take.</summary>
    public ConnectionTimeouts Timeouts => Exchange.Timeouts;

    /// <summary>What is accepted although the rules don't have it so; <see cref="Leniency.LineFolding"/>.</summary>
    public Leniency Leniency
    {
        get => Exchange.Leniency;
        init => Exchange = new() { Limits = Limits, Timeouts = Timeouts, Leniency = value };
    }

    /// <summary>Resolving, connecting and a proxy's tunnel together; 10 s, null for no limit.</summary>
    public TimeSpan? ConnectTimeout { get; init => field = OptionValue.LimitOrNone(value); } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets the TLS handshake; 10 s, null for no limit.</summary>
    public TimeSpan? TlsHandshakeTimeout { get; init => field = OptionValue.LimitOrNone(value); } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long an address may leave a connect unanswered before the next one is tried beside it; 250 ms, from 10 ms to 2 s
    /// (RFC 8305 §8). An address that fails is followed by the next one at once.
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

    /// <summary>How long IPv4 addresses wait for IPv6 ones that the resolver has not delivered yet; 50 ms (RFC 8305 §8).</summary>
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

    /// <summary>Which addresses may be connected to; null for all.</summary>
    public ConnectFilter? ConnectFilter { get; init; }

    internal ExchangeOptions Exchange { get; init; } = new() { Timeouts = new() { ResponseHead = TimeSpan.FromSeconds(30) } };

    internal Http2Options Http2 { get; init; } = Http2Options.Default;

    /// <summary>Where receive and send buffers come from; null for <see cref="SlabPool.Shared"/>.</summary>
    internal SlabPool? Slabs { get; init; }

    internal bool Allows(string host, IPEndPoint endPoint, out Exception? cause)
    {
        cause = null;
        try
        {
            return ConnectFilter?.Invoke(host, endPoint) ?? true;
        }
        catch (Exception exception) // a filter that can't decide does not let through
        {
            cause = exception;
            return false;
        }
    }
}
