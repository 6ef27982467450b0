using System.Diagnostics;
using System.Numerics;

namespace PollHttp.Core;

/// <summary>
/// Holds the pending events: one flag per kind for each exchange. Exchanges with pending events take turns; the events of one exchange are
/// reported in the order of <see cref="EventKind"/>.
/// </summary>
/// <remarks>
/// Two entries are enough for HTTP/1: the current exchange, and the previous one, whose memory was released. Nothing is allocated.
/// </remarks>
internal struct EventQueue
{
    private Place _first;
    private Place _second;

    public readonly bool IsEmpty => _first.Kinds == 0;

    /// <summary>Adds an event, unless it is already pending.</summary>
    /// <param name="exchange">The exchange; the default value if the event belongs to none.</param>
    /// <param name="kind">What happened.</param>
    public void Add(ExchangeId exchange, EventKind kind)
    {
        int kinds = 1 << (int)kind;
        if (IsEmpty || _first.Exchange == exchange)
        {
            _first = new(exchange, _first.Kinds | kinds);
        }
        else
        {
            Debug.Assert(_second.Kinds == 0 || _second.Exchange == exchange, "Events of more than two exchanges wait.");
            _second = new(exchange, _second.Kinds | kinds);
        }
    }

    /// <summary>Determines whether an event is pending.</summary>
    public readonly bool Has(ExchangeId exchange, EventKind kind) =>
        (((_first.Exchange == exchange ? _first.Kinds : 0) | (_second.Exchange == exchange ? _second.Kinds : 0)) & (1 << (int)kind)) != 0;

    /// <summary>Removes a pending event.</summary>
    public void Remove(ExchangeId exchange, EventKind kind)
    {
        Keep(exchange, ~(1 << (int)kind));
    }

    /// <summary>Removes all pending events but those of one kind.</summary>
    public void RemoveAllBut(EventKind kind)
    {
        Keep(_second.Exchange, 1 << (int)kind);
        Keep(_first.Exchange, 1 << (int)kind);
    }

    /// <summary>Takes the next event. There must be one.</summary>
    public ConnectionEvent Take()
    {
        int kind = BitOperations.TrailingZeroCount(_first.Kinds);
        ExchangeId exchange = _first.Exchange;
        Keep(exchange, ~(1 << kind));
        return new((EventKind)kind, exchange);
    }

    private void Keep(ExchangeId exchange, int kinds)
    {
        if (_second.Exchange == exchange)
        {
            _second = new(exchange, _second.Kinds & kinds);
        }

        if (_first.Exchange == exchange)
        {
            _first = new(exchange, _first.Kinds & kinds);
        }

        if (_first.Kinds == 0)
        {
            (_first, _second) = (_second, default);
        }
    }

    private readonly record struct Place(ExchangeId Exchange, int Kinds);
}
