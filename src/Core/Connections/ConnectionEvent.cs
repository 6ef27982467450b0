namespace PollHttp.Core;

/// <summary>One thing that happened on a connection, and to which exchange.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Exchange">To which exchange; the default value when to none.</param>
public readonly record struct ConnectionEvent(EventKind Kind, ExchangeId Exchange);
