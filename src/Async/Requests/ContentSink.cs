namespace PollHttp;

/// <summary>
/// Receives what a <see cref="RequestContent"/> writes: the connection, or something in between (a compressor, a counter). There is one
/// write at a time, asynchronous or synchronous, depending on which method of the content was called.
/// </summary>
/// <remarks>
/// Writes fail with <see cref="OperationCanceledException"/> if the rest of the content is not needed: the response arrived early, or the
/// request was canceled. A content must not catch that exception.
/// </remarks>
public abstract class ContentSink
{
    /// <summary>Gets the value that contents pass to ConfigureAwait: on the user's loop they stay on its thread. Sinks between a content
    /// and the connection pass false; see the sink of an upload.</summary>
    internal virtual bool KeepsContext => false;

    /// <summary>Gets a value indicating whether time is simulated, so that nothing may run outside the simulation: a content then reads its
    /// file in place.</summary>
    internal virtual bool IsVirtual => false;

    /// <summary>Gets the transport context of the connection, for contents that need its channel bindings; null without TLS or if
    /// unknown.</summary>
    internal virtual TransportContext? TransportContext => null;

    /// <summary>Gets the token that is canceled when the rest of a synchronously written content is not needed.</summary>
    internal virtual CancellationToken Stopped => default;

    /// <summary>Also cancels <see cref="Stopped"/> when the call times out, for a content that may wait with it.</summary>
    internal virtual void WatchTime()
    {
    }

    /// <summary>Blocks until a synchronously written content has ended its work on other threads. Throws its exception, or
    /// <see cref="OperationCanceledException"/> as soon as the rest is not needed.</summary>
    internal virtual void WaitFor(Task writing) => writing.GetAwaiter().GetResult();

    /// <summary>Sends a piece. The memory must not change until the write is complete; after that it is no longer used.</summary>
    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> piece);

    /// <summary>Sends several pieces, which must all stay unchanged until the write is complete, since they may be sent together.</summary>
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
