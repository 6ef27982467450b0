using PollHttp.Exchanges;
using PollHttp.Settings;

namespace PollHttp.Connections;

/// <summary>
/// Drains the rest of an unwanted body if little is left and it arrives soon. The bytes are dropped as received, without decoding. An
/// exchange whose next attempt uses the same connection may wait for the drain.
/// </summary>
/// <remarks>Thread safety: the caller holds the lock of the connection.</remarks>
internal sealed class BodyDrain(PooledConnection connection, ExchangeSettings settings)
{
    private Instant _until;
    private long _drained;

    /// <summary>Gets the exchange whose next attempt waits for the connection, or null.</summary>
    public Exchange? Next { get; private set; }

    /// <summary>Gets the time at which the drain is given up, or at which the waiting exchange times out.</summary>
    public Instant Deadline { get; private set; } = Instant.Never;

    /// <summary>Begins to drain after a head that is not delivered. Its body blocks the next exchange.</summary>
    /// <param name="next">
    /// The exchange that makes another attempt, or null. It waits if the attempt goes to the same origin or must stay on this connection.
    /// </param>
    public void Begin(Exchange? next)
    {
        if (next is not null)
        {
            next.Connection = connection;
            Next = next;
            if (!ReferenceEquals(next.Origin, connection.Origin) && !next.StaysOnConnection)
            {
                LetGoOn();
            }
        }

        Begin();
    }

    public void Begin()
    {
        HttpExchange on = connection.OnWire;
        _until = settings.DrainTime == Timeout.InfiniteTimeSpan ? Instant.Never : connection.Now + settings.DrainTime;
        Deadline = Next is { } next && next.Deadline < _until ? next.Deadline : _until;
        connection.BeginDraining();
        if (connection.Http.CloseReasons != CloseReasons.None
            || (connection.IsPlace && !on.IsBodyReceived) // a reset costs less than the rest
            || on.ResponseHead.Framing.Kind == BodyFramingKind.UntilClose
            || (on.ResponseHead.ContentLength >= 0 && LeftOf(on, on.ResponseHead.ContentLength) > settings.DrainBytes))
        {
            connection.BeginClosing(); // it could not be reused, or not soon enough
        }

        DrainReceived();
    }

    /// <summary>Drops the bytes received so far. Closes the connection if they are too many.</summary>
    public void DrainReceived()
    {
        if (connection.State != LifeState.Draining)
        {
            return;
        }

        long count = connection.OnWire.Body.Length;
        _drained += count;
        if (_drained > settings.DrainBytes)
        {
            connection.BeginClosing();
        }
        else if (count > 0)
        {
            connection.ConsumeDrained(count);
        }
    }

    public void OnDeadline(Instant now)
    {
        if (Next is { } next && next.Deadline <= now)
        {
            Next = null;
            next.FailTimedOut(ConnectPhase.Http);
        }

        Deadline = _until;
        if (_until <= now)
        {
            connection.BeginClosing();
        }
    }

    /// <summary>Continues the waiting exchange. The connection is free for it, or closed.</summary>
    public void LetGoOn()
    {
        _drained = 0;
        if (Next is { } next)
        {
            Next = null;
            next.Continue();
        }
    }

    /// <summary>Takes the exchange whose next attempt must stay on this connection.</summary>
    /// <returns>The exchange, or null if there is none.</returns>
    public Exchange? TakeStaying()
    {
        Exchange? staying = Next is { StaysOnConnection: true } ? Next : null;
        if (staying is not null)
        {
            Next = null;
        }

        return staying;
    }

    /// <summary>Removes an exchange that no longer waits. The rest of the response before it is still drained.</summary>
    public void Leave(Exchange exchange)
    {
        if (ReferenceEquals(Next, exchange))
        {
            Next = null;
        }
    }

    private static long LeftOf(HttpExchange on, long length) => length - on.BodyBytesReceived + on.Body.Length;
}
