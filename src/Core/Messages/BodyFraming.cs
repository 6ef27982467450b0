namespace PollHttp.Core;

/// <summary>Describes how the content of a response is delimited (RFC 9112 §6.3).</summary>
/// <param name="Kind">Which rule applies.</param>
/// <param name="Length">The length in bytes for <see cref="BodyFramingKind.Length"/>, and for <see cref="BodyFramingKind.Frames"/> if it
/// was announced; otherwise −1 (0 for no content).</param>
public readonly record struct BodyFraming(BodyFramingKind Kind, long Length);
