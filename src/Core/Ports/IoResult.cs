namespace PollHttp.Core;

/// <summary>The outcome of one read or write: a status and, when bytes moved, how many.</summary>
/// <param name="Status">How it went.</param>
/// <param name="Count">Bytes moved; 0 unless <paramref name="Status"/> is <see cref="IoStatus.Done"/>.</param>
public readonly record struct IoResult(IoStatus Status, int Count)
{
    /// <summary>Nothing can move now.</summary>
    public static IoResult WouldBlock => new(IoStatus.WouldBlock, 0);

    /// <summary>Gets the peer ended in order.</summary>
    public static IoResult End => new(IoStatus.End, 0);

    /// <summary>Gets the transport failed.</summary>
    public static IoResult Failed => new(IoStatus.Failed, 0);

    /// <summary><paramref name="count"/> bytes moved.</summary>
    public static IoResult Done(int count) => new(IoStatus.Done, count);
}
