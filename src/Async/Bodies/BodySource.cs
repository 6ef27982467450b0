namespace PollHttp.Bodies;

/// <summary>
/// Where the bytes of a body come from, for its one consumer: a connection, memory, or another source that is decoded. Look
/// with <see cref="TryRead"/>, wait when it says so, and end the life of what was used with <see cref="Advance"/>.
/// </summary>
/// <remarks>
/// What <see cref="TryRead"/> returns is lent to the reader until it calls <see cref="Advance"/>, or <see cref="TryRead"/> again. Memory that
/// is lent is given to no other owner, whatever ends the body meanwhile; reads after that end throw, and never report the end of the body.
/// Thread safety: one reader at a time; <see cref="CancelWait"/>, <see cref="Finish"/> and <see cref="Abort"/> may be called from any thread,
/// also while it reads.
/// </remarks>
internal abstract class BodySource
{
    private int _cancelAsked;

    public abstract PollLoop Loop { get; }

    /// <summary>Empty until the body was read to its end.</summary>
    public abstract IReadOnlyList<HeaderField> Trailers { get; }

    /// <summary>Gets the source below every decoding: what came off the wire.</summary>
    public virtual BodySource Coded => this;

    /// <summary>Body bytes received so far, as framed: before any decoding.</summary>
    public abstract long BytesReceived { get; }

    /// <summary>All that is there, once that is more than <paramref name="examined"/> bytes or the end; false: wait. Throws what the
    /// body failed with, after the bytes before it were consumed.</summary>
    /// <param name="examined">Bytes known to the consumer, or −1 for whatever is there.</param>
    /// <param name="data">Valid until the next <see cref="Advance"/>.</param>
    /// <param name="completed">Nothing comes after <paramref name="data"/>.</param>
    public abstract bool TryRead(long examined, out ReadOnlySequence<byte> data, out bool completed);

    /// <summary>Ends the life of the first <paramref name="consumed"/> bytes; the next <paramref name="examined"/> are kept although
    /// they were looked at, because the consumer needs more.</summary>
    public abstract void Advance(long consumed, long examined = 0);

    /// <summary>
    /// Waits until <see cref="TryRead"/> may have something to say, or <see cref="CancelWait"/> was called. A canceled token ends the
    /// wait and nothing else.
    /// </summary>
    /// <remarks>Await it without the context: it then goes on in place, on the thread that completes it. With one it would
    /// always be posted, even to the context that is current.</remarks>
    public abstract ValueTask WaitAsync(long examined, CancellationToken token);

    /// <summary>The same for a blocking caller. A loop of this thread is driven meanwhile, I/O only.</summary>
    public abstract void Wait(long examined);

    /// <summary>
    /// Ends the reading, at the end of the body or before it: the rest is drained if it is little and comes soon, else the connection is
    /// closed. Later reads throw <see cref="ObjectDisposedException"/>.
    /// </summary>
    /// <param name="byReader">Whether the reader itself ends it, which gives back what was lent to it; otherwise it may be looking at
    /// that.</param>
    public abstract void Finish(bool byReader);

    /// <summary>Gives the body up at once; later reads throw the error.</summary>
    public abstract void Abort(Exception error);

    /// <summary>Creates what a read after the end of the reading throws.</summary>
    protected static ObjectDisposedException Disposed() => new("Response");

    /// <summary>Ends the wait under way, or else the next one. From any thread.</summary>
    public virtual void CancelWait()
    {
        Volatile.Write(ref _cancelAsked, 1);
        Interrupt();
    }

    /// <summary>Determines whether the wait was canceled; once for each call of <see cref="CancelWait"/>.</summary>
    public virtual bool TakeCancel() => _cancelAsked != 0 && Interlocked.CompareExchange(ref _cancelAsked, 0, 1) == 1;

    protected bool IsCancelAsked => Volatile.Read(ref _cancelAsked) != 0;

    /// <summary>Ends a wait under way.</summary>
    protected abstract void Interrupt();
}
