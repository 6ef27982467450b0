namespace PollHttp.Core;

/// <summary>Describes an event on a connection, and the exchange it belongs to.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Exchange">The exchange; the default value if the event belongs to none.</param>
public readonly record struct ConnectionEvent(EventKind Kind, ExchangeId Exchange);
