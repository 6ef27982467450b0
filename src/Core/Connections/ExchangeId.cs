namespace PollHttp.Core;

/// <summary>Identifies one request and its response on a connection. Ids are never reused on the same connection.</summary>
/// <param name="Value">1 for the first exchange; 0 means none.</param>
public readonly record struct ExchangeId(long Value);
