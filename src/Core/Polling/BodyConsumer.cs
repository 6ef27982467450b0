namespace PollHttp.Core;

/// <summary>Takes the next bytes of a response body.</summary>
/// <param name="bytes">Valid during the call only; copy what must live longer. Never empty.</param>
public delegate void BodyConsumer(ReadOnlySpan<byte> bytes);
