using System.Globalization;
using System.Net;
using System.Net.Security;

namespace PollHttp.Testing;

/// <summary>
/// Implements a network inside one process, in virtual time: names, addresses and scripted servers. The same seed and the same calls give
/// the same run, byte for byte. Thread safety: use it from one thread; only <see cref="IPoller.Wake"/> may be called from others.
/// </summary>
/// <remarks>
/// Time moves when a poller of this network waits, or when <see cref="Advance"/> is called. Events that are due at once (on a link without
/// latency, all events) happen as soon as a transport is used.
/// </remarks>
public sealed partial class SimulatedNetwork : INetwork
{
    private readonly Dictionary<EndPoint, Listener> _listeners = [];
    private readonly SimulatedResolver _resolver;
    private readonly TimeSpan _lookupLatency;
    private byte _lastAddress;

    /// <summary>Initializes a network without hosts.</summary>
    /// <param name="seed">The seed of every random choice of this network.</param>
    /// <param name="clock">The clock to use, or null for a separate one.</param>
    public SimulatedNetwork(int seed = 0, VirtualClock? clock = null)
    {
        Seed = seed;
        Clock = clock ?? new();
        _resolver = new(this);
    }

    /// <summary>Gets the seed of every random choice.</summary>
    public int Seed { get; }

    /// <summary>Gets the virtual clock.</summary>
    public VirtualClock Clock { get; }

    /// <inheritdoc/>
    public TimeProvider TimeProvider => Clock;

    /// <inheritdoc/>
    public IResolver Resolver => _resolver;

    /// <summary>Gets or sets the link of every connection whose listener has no other one.</summary>
    public LinkOptions Link { get; set; } = new();

    /// <summary>Gets or sets how long calls take, in virtual time; by default no time.</summary>
    public CallCosts Costs { get; set; } = new();

    /// <summary>Gets or sets how long the name service takes to answer; by default no time.</summary>
    public TimeSpan LookupLatency
    {
        get => _lookupLatency;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            _lookupLatency = value;
        }
    }

    /// <summary>
    /// Gets or sets a value indicating whether a wait throws if nothing in the simulation can end it; true by default. Set it to false if
    /// another thread will call <see cref="IPoller.Wake"/>: the wait then really blocks until that call.
    /// </summary>
    public bool ThrowOnDeadlock { get; set; } = true;

    /// <summary>Gets or sets the list that gets a line for each event of a connection; null for none.</summary>
    public IList<string>? Trace { get; set; }

    /// <summary>Gets the number of connections dialled and not disposed yet.</summary>
    public int OpenTransports { get; private set; }

    /// <summary>Gets the total number of connections dialled.</summary>
    public int TotalDials { get; private set; }

    /// <summary>Gets the number of lookups begun and not disposed yet.</summary>
    public int OpenLookups { get; private set; }

    /// <summary>Gets the number of pollers created and not disposed yet.</summary>
    public int OpenPollers { get; private set; }

    /// <summary>Advances the clock and runs what becomes due, for clients that don't use a poller.</summary>
    public void Advance(TimeSpan by) => Clock.Advance(by);

    /// <summary>Advances the clock to the next event and runs all events that are due at that time.</summary>
    /// <returns>False if there is no event left.</returns>
    public bool Step()
    {
        long next = Clock.NextDue();
        if (next == long.MaxValue)
        {
            return false;
        }

        Clock.AdvanceTo(next);
        return true;
    }

    /// <inheritdoc/>
    public ITransport Dial(EndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        TotalDials++;
        OpenTransports++;
        Listener listener = _listeners.GetValueOrDefault(endPoint, Listener.Refusing);
        var transport = new SimulatedTransport(this, TotalDials, endPoint, listener);
        Note(transport, "is dialled", 0);
        Spend(Costs.Dial);
        return transport;
    }

    /// <inheritdoc/>
    /// <remarks>Nothing is encrypted; see <see cref="TlsBehaviour"/>.</remarks>
    public ITransport WrapTls(ITransport inner, SslClientAuthenticationOptions options, IPoller? waker)
    {
        ArgumentNullException.ThrowIfNull(options);
        return (inner as SimulatedTransport ?? (inner as SimulatedTls)?.Inner) is { } simulated
            ? new SimulatedTls(simulated, options)
            : throw new ArgumentException("Only a transport dialled on this network can be wrapped.", nameof(inner));
    }

    /// <inheritdoc/>
    public IPoller CreatePoller()
    {
        OpenPollers++;
        return new SimulatedPoller(this);
    }

    internal void Note(SimulatedTransport transport, string what, int count)
    {
        if (Trace is not null)
        {
            string size = count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {count}");
            Trace.Add(string.Create(CultureInfo.InvariantCulture, $"{Clock.Elapsed:c} #{transport.Number} {what}{size}"));
        }
    }

    /// <summary>Lets virtual time pass inside a call.</summary>
    internal void Spend(TimeSpan time)
    {
        if (time > TimeSpan.Zero)
        {
            Clock.Pass(time.Ticks);
        }
    }

    internal void TransportClosed() => OpenTransports--;

    internal void LookupOpened() => OpenLookups++;

    internal void LookupClosed() => OpenLookups--;

    internal void PollerClosed() => OpenPollers--;
}
