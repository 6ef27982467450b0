namespace PollHttp.Bodies;

/// <summary>
/// Provides the bytes of a body to its only consumer, from a connection, from memory, or from another source that is decoded. Call
/// <see cref="TryRead"/>, wait if it returns false, and release consumed bytes with <see cref="Advance"/>.
/// </summary>
/// <remarks>
/// The memory that <see cref="TryRead"/> returns is lent to the reader until it calls <see cref="Advance"/>, or <see cref="TryRead"/>
/// again. Lent memory gets no other owner, whatever ends the body meanwhile. Reads after such an end throw; they never report the end of
/// the body. Thread safety: one reader at a time; <see cref="CancelWait"/>, <see cref="Finish"/> and <see cref="Abort"/> may be called from
/// any thread, also during a read.
/// </remarks>
internal abstract class BodySource
{
    private int _cancelAsked;

    public abstract PollLoop Loop { get; }

    /// <summary>Gets the trailers: empty until the body was read to its end.</summary>
    public abstract IReadOnlyList<HeaderField> Trailers { get; }

    /// <summary>Gets the source below all decoding: the body as received.</summary>
    public virtual BodySource Coded => this;

    /// <summary>Gets the number of body bytes received so far, before any decoding.</summary>
    public abstract long BytesReceived { get; }

    /// <summary>Gets all available bytes, if they are more than <paramref name="examined"/> bytes or the end was reached; returns false if
    /// the caller must wait. Throws the body's failure once the bytes before it were consumed.</summary>
    /// <param name="examined">The number of bytes that the consumer already knows, or −1 to get any bytes.</param>
    /// <param name="data">Valid until the next <see cref="Advance"/>.</param>
    /// <param name="completed">Whether <paramref name="data"/> ends the body.</param>
    public abstract bool TryRead(long examined, out ReadOnlySequence<byte> data, out bool completed);

    /// <summary>Releases the first <paramref name="consumed"/> bytes. The next <paramref name="examined"/> bytes are kept, because the
    /// consumer needs more before it can consume them.</summary>
    public abstract void Advance(long consumed, long examined = 0);

    /// <summary>
    /// Waits until <see cref="TryRead"/> may have a result, or <see cref="CancelWait"/> was called. A canceled token ends only the wait.
    /// </summary>
    /// <remarks>Await it without the synchronization context: the continuation then runs in place, on the thread that completes it. With a
    /// context it would always be posted, even to the current context.</remarks>
    public abstract ValueTask WaitAsync(long examined, CancellationToken token);

    /// <summary>
    /// Waits as <see cref="WaitAsync"/> does, for a blocking caller. If this thread has a loop, the loop is driven meanwhile, for I/O only.
    /// </summary>
    public abstract void Wait(long examined);

    /// <summary>
    /// Ends the reading, at the end of the body or before it: the rest is drained if it is small and arrives soon; otherwise the connection
    /// is closed. Later reads throw <see cref="ObjectDisposedException"/>.
    /// </summary>
    /// <param name="byReader">Whether the reader itself ends it, which returns the lent memory; otherwise the reader may still be using
    /// it.</param>
    public abstract void Finish(bool byReader);

    /// <summary>Aborts the body at once; later reads throw the error.</summary>
    public abstract void Abort(Exception error);

    /// <summary>Creates the exception that reads throw after the end of the reading.</summary>
    protected static ObjectDisposedException Disposed() => new("Response");

    /// <summary>Ends the current wait, or else the next one. Can be called from any thread.</summary>
    public virtual void CancelWait()
    {
        Volatile.Write(ref _cancelAsked, 1);
        Interrupt();
    }

    /// <summary>Returns whether the wait was canceled, once for each call of <see cref="CancelWait"/>.</summary>
    public virtual bool TakeCancel() => _cancelAsked != 0 && Interlocked.CompareExchange(ref _cancelAsked, 0, 1) == 1;

    protected bool IsCancelAsked => Volatile.Read(ref _cancelAsked) != 0;

    /// <summary>Ends the current wait.</summary>
    protected abstract void Interrupt();
}
