namespace PollHttp.Core.Http2;

/// <summary>
/// Represents an HTTP/2 connection that many callers share. Each has a place with one exchange at a time: see <see cref="Http2Place"/>.
/// </summary>
/// <remarks>
/// Thread safety: <see cref="Gate"/> guards the connection. It is taken last: a thread that holds it takes no other lock.
/// </remarks>
internal sealed class SharedHttp2(Http2Connection http)
{
    private readonly Dictionary<ExchangeId, Http2Place> _underWay = [];
    private readonly List<Http2Place> _awaitingSettings = [];
    private int _places;
    private int _capacity;

    /// <summary>Gets the lock of the connection.</summary>
    public object Gate { get; } = new();

    public Http2Connection Http => http;

    /// <summary>Gets or sets the callback for a command of a place that has left output or an earlier deadline, and for a place that is gone. It is
    /// called without the lock.</summary>
    public Action<Http2Place>? Changed { get; set; }

    /// <summary>Gets the time when an exchange last began or ended. The caller holds the lock.</summary>
    public Instant LastUse { get; private set; }

    /// <summary>Gets or sets the time until which no deadline needs the host. An earlier one that a place causes is reported by
    /// <see cref="Changed"/>. The caller holds the lock.</summary>
    public Instant UnwatchedUntil { get; set; } = Instant.Never;

    /// <summary>Gets the number of places.</summary>
    public int Places => Volatile.Read(ref _places);

    /// <summary>Gets a value indicating whether another place would find an exchange available. Only a hint without the lock.</summary>
    public bool HasRoom => Volatile.Read(ref _capacity) > Places;

    /// <summary>Gets or sets the number of exchanges that places have been promised and have not begun. The caller holds the lock.</summary>
    internal int Promised { get; set; }

    private int Capacity => http.AvailableExchanges == 0 ? 0 : http.OpenExchanges + http.AvailableExchanges;

    /// <summary>Creates a place.</summary>
    /// <param name="owner">The object by which its user is found.</param>
    public Http2Place NewPlace(object owner)
    {
        Interlocked.Increment(ref _places);
        return new(this, owner);
    }

    /// <summary>Records how many exchanges the peer allows. Called after anything that may change it. The caller holds the lock.</summary>
    /// <returns>True if the number has grown.</returns>
    public bool NoteCapacity()
    {
        int capacity = Capacity;
        int before = _capacity;
        Volatile.Write(ref _capacity, capacity);
        return capacity > before;
    }

    /// <summary>Takes the places whose exchanges have had events, and those that waited for settings which have come, or will not. The caller
    /// holds the lock.</summary>
    public void TakeWoken(List<Http2Place> places)
    {
        if (_awaitingSettings.Count > 0 && (http.ExtendedConnect != ExtendedConnectSupport.Unknown || http.Stage >= Http2Stage.Ending))
        {
            places.AddRange(_awaitingSettings);
            _awaitingSettings.Clear();
        }

        while (http.TryTakeWoken(out ExchangeId exchange))
        {
            if (_underWay.TryGetValue(exchange, out Http2Place? place))
            {
                places.Add(place);
            }
        }
    }

    /// <summary>
    /// Lowers the recorded number after a place was refused: an outdated one would offer further places again and again. A number that has grown
    /// is left to <see cref="NoteCapacity"/>, which reports it. The caller holds the lock.
    /// </summary>
    internal void NoteRefusal() => Volatile.Write(ref _capacity, Math.Min(_capacity, Capacity));

    internal void Begin(ExchangeId exchange, Http2Place place)
    {
        _underWay.Add(exchange, place);
        LastUse = http.LastTime;
    }

    internal void End(ExchangeId exchange)
    {
        _ = _underWay.Remove(exchange);
        LastUse = http.LastTime;
    }

    internal void AwaitSettings(Http2Place place)
    {
        if (!_awaitingSettings.Contains(place))
        {
            _awaitingSettings.Add(place);
        }
    }

    internal void Leave(Http2Place place)
    {
        _ = _awaitingSettings.Remove(place);
        Interlocked.Decrement(ref _places);
    }
}
