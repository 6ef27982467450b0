namespace PollHttp.Core;

/// <summary>Receives the next bytes of a response body.</summary>
/// <param name="bytes">The bytes, valid only during the call; copy what you need longer. Never empty.</param>
public delegate void BodyConsumer(ReadOnlySpan<byte> bytes);
