namespace PollHttp.Core.Http2;

/// <summary>
/// An HTTP/2 connection that many callers share, each by a place of its own that has one exchange at a time: see <see cref="Http2Place"/>.
/// </summary>
/// <remarks>
/// Thread safety: <see cref="Gate"/> guards the connection. It is taken last: whoever holds it takes no other lock.
/// </remarks>
internal sealed class SharedHttp2(Http2Connection http)
{
    private readonly Dictionary<ExchangeId, Http2Place> _underWay = [];
    private int _places;
    private int _capacity;

    /// <summary>Gets the lock of the connection.</summary>
    public object Gate { get; } = new();

    public Http2Connection Http => http;

    /// <summary>Gets or sets what is called, without the lock, when a command of a place has left output, or the place is gone.</summary>
    public Action<Http2Place>? Changed { get; set; }

    /// <summary>Gets when an exchange last began or ended. Under the lock.</summary>
    public Instant LastUse { get; private set; }

    /// <summary>Gets how many places there are.</summary>
    public int Places => Volatile.Read(ref _places);

    /// <summary>Gets a value indicating whether another place would find an exchange available. Without the lock it is a hint.</summary>
    public bool HasRoom => Volatile.Read(ref _capacity) > Places;

    /// <summary>Gets or sets the exchanges that places have been promised and have not begun. Under the lock.</summary>
    internal int Promised { get; set; }

    /// <summary>Makes a place.</summary>
    /// <param name="owner">What its user is found by.</param>
    public Http2Place NewPlace(object owner)
    {
        Interlocked.Increment(ref _places);
        return new(this, owner);
    }

    /// <summary>Takes note of how many exchanges the peer allows. Under the lock, after anything that may change it.</summary>
    /// <returns>Whether there are more than before.</returns>
    public bool NoteCapacity()
    {
        int capacity = http.AvailableExchanges == 0 ? 0 : http.OpenExchanges + http.AvailableExchanges;
        int before = _capacity;
        Volatile.Write(ref _capacity, capacity);
        return capacity > before;
    }

    /// <summary>Takes the places whose exchanges have had events. Under the lock.</summary>
    public void TakeWoken(List<Http2Place> places)
    {
        while (http.TryTakeWoken(out ExchangeId exchange))
        {
            if (_underWay.TryGetValue(exchange, out Http2Place? place))
            {
                places.Add(place);
            }
        }
    }

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

    internal void Leave() => Interlocked.Decrement(ref _places);
}
