namespace PollHttp.Core;

/// <summary>How the content of a response is delimited (RFC 9112 §6.3).</summary>
/// <param name="Kind">Which rule applies.</param>
/// <param name="Length">Bytes for <see cref="BodyFramingKind.Length"/>, for <see cref="BodyFramingKind.Frames"/> where it was announced, otherwise −1 (0 for none).</param>
public readonly record struct BodyFraming(BodyFramingKind Kind, long Length);
