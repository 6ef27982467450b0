namespace PollHttp;

/// <summary>
/// Where a <see cref="RequestContent"/> writes itself: the connection, or something on the way to it (a compressor, a counter).
/// One write at a time; each either asynchronous or synchronous, as the content was asked.
/// </summary>
/// <remarks>
/// Writes fail with <see cref="OperationCanceledException"/> when the rest of the content is not wanted: the response came
/// early, or the request was given up. A content lets that exception pass.
/// </remarks>
public abstract class ContentSink
{
    /// <summary>What contents pass to ConfigureAwait: on a loop of the user's they stay on its thread. What is between a content and the
    /// connection passes false, see the sink of an upload.</summary>
    internal virtual bool KeepsContext => false;

    /// <summary>Gets a value indicating whether time is that of a simulation, outside of which nothing may go on: a content reads its file
    /// in place then.</summary>
    internal virtual bool IsVirtual => false;

    /// <summary>Of the connection, for contents that want its channel bindings; null where there is no TLS or nothing known of it.</summary>
    internal virtual TransportContext? TransportContext => null;

    /// <summary>Gets the token that is canceled when the rest of a content that is written synchronously is not wanted.</summary>
    internal virtual CancellationToken Stopped => default;

    /// <summary>Cancels <see cref="Stopped"/> also when the time of the call is over, for a content that may wait with it.</summary>
    internal virtual void WatchTime()
    {
    }

    /// <summary>Blocks until a content that is written synchronously has ended what it does elsewhere; throws what it failed with, or
    /// <see cref="OperationCanceledException"/> as soon as the rest is not wanted.</summary>
    internal virtual void WaitFor(Task writing) => writing.GetAwaiter().GetResult();

    /// <summary>Sends a piece. The memory must not change until the write is complete; after that nobody looks at it.</summary>
    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> piece);

    /// <summary>Sends several pieces, all of which stay unchanged until the write is complete: they may be under way together.</summary>
    public virtual async ValueTask WriteAsync(ReadOnlySequence<byte> pieces)
    {
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            await WriteAsync(piece).ConfigureAwait(false);
        }
    }

    /// <summary>Sends a piece, and returns when its memory may change again.</summary>
    public abstract void Write(ReadOnlyMemory<byte> piece);

    /// <summary>Sends several pieces, and returns when their memory may change again.</summary>
    public virtual void Write(ReadOnlySequence<byte> pieces)
    {
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            Write(piece);
        }
    }
}
