using PollHttp.Exchanges;
using PollHttp.Settings;

namespace PollHttp.Connections;

/// <summary>
/// Drains the rest of an unwanted body, as it is on the wire and without decoding it, if little is left and it comes soon. An
/// exchange whose next attempt goes over the same connection may wait for that.
/// </summary>
/// <remarks>Under the lock of the connection.</remarks>
internal sealed class BodyDrain(PooledConnection connection, ExchangeSettings settings)
{
    private Instant _until;
    private long _drained;

    /// <summary>Gets the exchange whose next attempt waits for the connection, or null.</summary>
    public Exchange? Next { get; private set; }

    /// <summary>When the drain is given up, or the exchange that waits for it times out.</summary>
    public Instant Deadline { get; private set; } = Instant.Never;

    /// <summary>After a head that is not delivered: its body is in the way of the next exchange.</summary>
    /// <param name="next">The exchange's next attempt; it waits where it goes to the same origin, or must stay on this connection.</param>
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
            connection.BeginClosing(); // it could not be used again, or not soon enough
        }

        DrainReceived();
    }

    /// <summary>Drops what has come.</summary>
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

    /// <summary>Lets the next attempt go on: the connection is free for it, or gone.</summary>
    public void LetGoOn()
    {
        _drained = 0;
        if (Next is { } next)
        {
            Next = null;
            next.Continue();
        }
    }

    /// <summary>Takes the exchange whose next attempt must stay on this connection; null where there is none.</summary>
    public Exchange? TakeStaying()
    {
        Exchange? staying = Next is { StaysOnConnection: true } ? Next : null;
        if (staying is not null)
        {
            Next = null;
        }

        return staying;
    }

    /// <summary>The exchange does not wait any more; the rest of the response before it is drained all the same.</summary>
    public void Leave(Exchange exchange)
    {
        if (ReferenceEquals(Next, exchange))
        {
            Next = null;
        }
    }

    private static long LeftOf(HttpExchange on, long length) => length - on.BodyBytesReceived + on.Body.Length;
}
