namespace PollHttp.Core;

/// <summary>Represents the outcome of one read or write: a status and the number of bytes moved.</summary>
/// <param name="Status">The status.</param>
/// <param name="Count">The number of bytes moved; 0 unless <paramref name="Status"/> is <see cref="IoStatus.Done"/>.</param>
public readonly record struct IoResult(IoStatus Status, int Count)
{
    /// <summary>Gets the result for: nothing can move now.</summary>
    public static IoResult WouldBlock => new(IoStatus.WouldBlock, 0);

    /// <summary>Gets the result for: the peer ended in order.</summary>
    public static IoResult End => new(IoStatus.End, 0);

    /// <summary>Gets the result for: the transport failed.</summary>
    public static IoResult Failed => new(IoStatus.Failed, 0);

    /// <summary>Returns the result for <paramref name="count"/> bytes moved.</summary>
    public static IoResult Done(int count) => new(IoStatus.Done, count);
}
