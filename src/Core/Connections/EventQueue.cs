using System.Diagnostics;
using System.Numerics;

namespace PollHttp.Core;

/// <summary>
/// The events that wait to be reported: one flag a kind for each exchange, and the exchanges that have some in turn. Kinds of one exchange
/// are reported in the order of <see cref="EventKind"/>.
/// </summary>
/// <remarks>
/// Two places are enough for HTTP/1: the exchange under way, and the one before it whose memory was released. Nothing is allocated.
/// </remarks>
internal struct EventQueue
{
    private Place _first;
    private Place _second;

    public readonly bool IsEmpty => _first.Kinds == 0;

    /// <summary>Adds an event; one that waits already is not added twice.</summary>
    /// <param name="exchange">To which exchange it happened; the default value when to none.</param>
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

    /// <summary>Gets a value indicating whether an event waits.</summary>
    public readonly bool Has(ExchangeId exchange, EventKind kind) =>
        (((_first.Exchange == exchange ? _first.Kinds : 0) | (_second.Exchange == exchange ? _second.Kinds : 0)) & (1 << (int)kind)) != 0;

    /// <summary>Takes back an event that has not been reported.</summary>
    public void Remove(ExchangeId exchange, EventKind kind)
    {
        Keep(exchange, ~(1 << (int)kind));
    }

    /// <summary>Takes back all events but those of one kind.</summary>
    public void RemoveAllBut(EventKind kind)
    {
        Keep(_second.Exchange, 1 << (int)kind);
        Keep(_first.Exchange, 1 << (int)kind);
    }

    /// <summary>Takes the next event; there must be one.</summary>
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
