namespace PollHttp.Decoding;

/// <summary>
/// Decodes one content coding, a piece at a time: it writes no more than there is room for, and detects the end of the coded data to the
/// byte.
/// </summary>
/// <remarks>
/// The framework's decompression streams can do neither: they accept truncated data, and do not report what follows the end.
/// </remarks>
internal abstract class ContentDecoder : IDisposable
{
    /// <summary>Gets the registered name of the coding.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Gets a value indicating whether a few bytes can expand to very many, unlike gzip and deflate, which stay under 1032:1.
    /// </summary>
    public virtual bool IsUnbounded => false;

    /// <summary>Gets a value indicating whether zero bytes, and other bytes if allowed, may follow the end of the data.</summary>
    public virtual bool MayBeFollowed => true;

    /// <summary>
    /// Gets a value indicating whether <see cref="DecodeStatus.Malformed"/> was returned because the data does not begin with the signature
    /// of the format. After the end of a member, such data is not another member.
    /// </summary>
    public virtual bool LacksSignature => false;

    /// <summary>Gets the reason for <see cref="DecodeStatus.Malformed"/>, in a few words.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>
    /// Decodes until the input is used up, the output is full, or the data ends. Must not be called after the end, unless
    /// <see cref="TryRestart"/> returned true.
    /// </summary>
    public abstract DecodeStatus Decode(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written);

    /// <summary>Prepares for another member or frame after the end, if the coding allows one and this byte may begin it.</summary>
    public virtual bool TryRestart(byte first) => false;

    /// <summary>Releases what the decoder holds outside the managed heap.</summary>
    public virtual void Dispose()
    {
    }

    protected DecodeStatus Fail(string problem)
    {
        Problem = problem;
        return DecodeStatus.Malformed;
    }
}
