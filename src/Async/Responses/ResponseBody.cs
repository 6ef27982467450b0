using PollHttp.Bodies;
using PollHttp.Responses;

namespace PollHttp;

/// <summary>
/// Represents the body of a response as slices of the receive buffer, without copying. It can be read once: with <c>await foreach</c>, or
/// with <c>foreach</c> to block.
/// </summary>
/// <remarks>
/// A slice is valid until the next one is requested, or the enumeration ends. After that its memory belongs to the connection again. Debug
/// builds of this library then overwrite it with 0xDD, so that a slice that is kept too long is noticed at once. The bytes of a decoded
/// body lie in the decoder's output instead of the receive buffer; the same rule holds.
/// </remarks>
public sealed class ResponseBody : IAsyncEnumerable<ReadOnlyMemory<byte>>
{
    /// <summary>
    /// The sentinel of a source that is on its connection. Without a source, the response, which has all bytes of the body.
    /// </summary>
    private object? _keeper;
    private BodySource? _source;
    private ReadOnlyMemory<byte> _current;
    private SliceWait? _wait;
    private int _taken;

    internal ResponseBody(BodySource source, Sentinel? sentinel)
    {
        _source = source;
        _keeper = sentinel;
    }

    /// <summary>Gets the body of a response whose body was read whole, without a separate object.</summary>
    internal static ResponseBody Taken { get; } = new() { _taken = (int)BodyUse.Whole };

    private ResponseBody()
    {
    }

    /// <summary>Initializes a body that the response has in memory.</summary>
    internal ResponseBody(Response response) => _keeper = response;

    /// <summary>Gets the source of the bytes. For a body in memory it is created only if more than slices is needed.</summary>
    internal BodySource Source => _source ?? MakeSource();

    /// <summary>Enumerates the slices.</summary>
    /// <exception cref="InvalidOperationException">The body was already read, or is being read.</exception>
    public Enumerator GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        Take(BodyUse.Whole);
        return new(this, cancellationToken);
    }

    /// <summary>
    /// Enumerates the slices on the calling thread, which waits for each. On the thread of a loop, the loop's I/O is driven meanwhile; no
    /// task is created.
    /// </summary>
    /// <exception cref="InvalidOperationException">The body was already read, or is being read.</exception>
    public BlockingEnumerator GetEnumerator()
    {
        Take(BodyUse.Whole);
        return new(this);
    }

    IAsyncEnumerator<ReadOnlyMemory<byte>> IAsyncEnumerable<ReadOnlyMemory<byte>>.GetAsyncEnumerator(CancellationToken cancellationToken) =>
        GetAsyncEnumerator(cancellationToken);

    /// <summary>Takes the right to read, which exists once.</summary>
    internal void Take(BodyUse use)
    {
        int before = Interlocked.CompareExchange(ref _taken, (int)use, 0);
        if (before != 0)
        {
            throw new InvalidOperationException(
                $"The body of a response can be read once; this one {Describe((BodyUse)before)}. Keep that result; or, to read it several times, "
                    + "await response.Content.LoadIntoBufferAsync() first and then read response.Content.");
        }
    }

    private static string Describe(BodyUse use) => use switch
    {
        BodyUse.Stream => "was opened as a stream (OpenBodyStream, or reading of Content)",
        BodyUse.Pipe => "was opened as a pipe (BodyReader)",
        _ => "was read, or is being read, by ReadAs…, CopyTo… or a foreach over Body",
    };

    /// <summary>Ends the reading: see <see cref="BodySource.Finish"/>.</summary>
    internal void Finish(bool byReader)
    {
        Disarm();
        if (_source is not null)
        {
            _source.Finish(byReader);
        }
        else if (byReader)
        {
            (_keeper as Response)?.TakeDetached();
        }

        GC.KeepAlive(this);
    }

    internal void Abort(Exception error)
    {
        Disarm();
        _source?.Abort(error);
        GC.KeepAlive(this);
    }

    private Response Whole => (Response)_keeper!;

    private void Disarm() => (_keeper as Sentinel)?.Disarm();

    private BufferedBody MakeSource()
    {
        Response whole = Whole;
        BufferedBody source = new(whole.TakeDetached(), [], whole.Loop);
        _source = source;
        Interlocked.MemoryBarrier(); // then check whether it was disposed meanwhile
        if (whole.IsDisposed)
        {
            source.Finish(byReader: false); // the disposal came in between, and may have found no source
        }

        return source;
    }

    private void ReleaseCurrent()
    {
        if (_current.Length > 0)
        {
            int length = _current.Length;
            _current = default;
            _source?.Advance(length);
        }
    }

    private bool TryMoveNext(out bool moved)
    {
        if (_source is null)
        {
            Response whole = Whole;
            _current = whole.TakeDetached();
            ObjectDisposedException.ThrowIf(whole.IsDisposed, whole);
            moved = !_current.IsEmpty;
            return true;
        }

        if (_source.TryRead(0, out ReadOnlySequence<byte> data, out _))
        {
            _current = data.First;
            moved = !data.IsEmpty;
            return true;
        }

        moved = false;
        return false;
    }

    private ValueTask<bool> NextAsync(CancellationToken token)
    {
        ReleaseCurrent();
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(token);
        }

        return TryMoveNext(out bool moved) ? new(moved) : (_wait ??= new(this)).Begin(0, token);
    }

    private bool Next()
    {
        ReleaseCurrent();
        bool moved;
        while (!TryMoveNext(out moved))
        {
            Source.Wait(0);
        }

        return moved;
    }

    private sealed class SliceWait(ResponseBody body) : BodyWait<bool>(body.Source)
    {
        protected override bool TryRead(out bool result) => body.TryMoveNext(out result);
    }

    /// <summary>Enumerates the slices of a body.</summary>
    public readonly struct Enumerator : IAsyncEnumerator<ReadOnlyMemory<byte>>
    {
        private readonly ResponseBody _body;
        private readonly CancellationToken _token;

        internal Enumerator(ResponseBody body, CancellationToken token)
        {
            _body = body;
            _token = token;
        }

        /// <summary>Gets the slice; valid until the next step.</summary>
        public ReadOnlyMemory<byte> Current => _body._current;

        /// <summary>Advances to the next slice; returns false at the end.</summary>
        public ValueTask<bool> MoveNextAsync() => _body.NextAsync(_token);

        /// <summary>Ends the reading; an unread rest closes the connection.</summary>
        public ValueTask DisposeAsync()
        {
            _body.Finish(byReader: true);
            return default;
        }
    }

    /// <summary>Enumerates the slices of a body, waiting for each.</summary>
    public readonly struct BlockingEnumerator : IDisposable
    {
        private readonly ResponseBody _body;

        internal BlockingEnumerator(ResponseBody body) => _body = body;

        /// <summary>Gets the slice; valid until the next step.</summary>
        public ReadOnlyMemory<byte> Current => _body._current;

        /// <summary>Advances to the next slice; returns false at the end.</summary>
        public bool MoveNext() => _body.Next();

        /// <summary>Ends the reading; an unread rest closes the connection.</summary>
        public void Dispose() => _body.Finish(byReader: true);
    }
}
