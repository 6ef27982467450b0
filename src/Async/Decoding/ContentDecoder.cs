namespace PollHttp.Decoding;

/// <summary>
/// One content coding, undone a piece at a time: writes no more than it is given room for, and knows where the coded data
/// ends, to the byte.
/// </summary>
/// <remarks>
/// The framework's decompression streams can do neither: they take a cut for the end, and say nothing of what follows it.
/// </remarks>
internal abstract class ContentDecoder : IDisposable
{
    /// <summary>Gets the registered name of the coding.</summary>
    public abstract string Name { get; }

    /// <summary>Gets a value indicating whether a few bytes can become very many, unlike gzip and deflate, which stay under
    /// 1032:1.</summary>
    public virtual bool IsUnbounded => false;

    /// <summary>Gets a value indicating whether zero bytes, and others where that is allowed, may follow the end of the data.</summary>
    public virtual bool MayBeFollowed => true;

    /// <summary>Gets a value indicating whether <see cref="DecodeStatus.Malformed"/> was returned because the data does not begin with the
    /// signature of the format: after the end of a member it is then no member, but something else.</summary>
    public virtual bool LacksSignature => false;

    /// <summary>Why <see cref="DecodeStatus.Malformed"/> was returned, in a few words.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Decodes until the input is used up, the output is full, or the data ends; not to be called again after that, unless
    /// <see cref="TryRestart"/> agreed.</summary>
    public abstract DecodeStatus Decode(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written);

    /// <summary>After the end: makes ready for another member or frame, if the coding allows one and this byte may begin it.</summary>
    public virtual bool TryRestart(byte first) => false;

    /// <summary>Gives back what the decoder holds outside the managed heap.</summary>
    public virtual void Dispose()
    {
    }

    protected DecodeStatus Fail(string problem)
    {
        Problem = problem;
        return DecodeStatus.Malformed;
    }
}
