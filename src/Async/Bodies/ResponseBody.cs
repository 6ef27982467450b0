namespace PollHttp;

/// <summary>
/// The body of a response: slices of what was received, without a copy. Can be read once, in one of its ways:
/// <c>await foreach</c>, or <c>foreach</c> where blocking is wanted.
/// </summary>
/// <remarks>
/// A slice is valid until the next one is asked for, or the enumeration ends. After that its memory belongs to the connection
/// again; in debug builds of this library it is then overwritten with 0xDD, so that a slice kept too long shows at once. The bytes of
/// a decoded body lie in the decoder's output instead of the receive buffer; the same rule holds.
/// </remarks>
public sealed class ResponseBody : IAsyncEnumerable<ReadOnlyMemory<byte>>
{
    private readonly Sentinel? _sentinel;
    private ReadOnlyMemory<byte> _current;
    private SliceWait? _wait;
    private int _taken;

    internal ResponseBody(BodySource source, Sentinel? sentinel)
    {
        Source = source;
        _sentinel = sentinel;
    }

    internal BodySource Source { get; }

    /// <summary>Enumerates the slices.</summary>
    /// <exception cref="InvalidOperationException">The body is being read, or was read, already.</exception>
    public Enumerator GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        Take();
        return new(this, cancellationToken);
    }

    /// <summary>
    /// Enumerates the slices on the calling thread, which waits for each. On the thread of a loop the loop's I/O is driven
    /// meanwhile; no task is made.
    /// </summary>
    /// <exception cref="InvalidOperationException">The body is being read, or was read, already.</exception>
    public BlockingEnumerator GetEnumerator()
    {
        Take();
        return new(this);
    }

    IAsyncEnumerator<ReadOnlyMemory<byte>> IAsyncEnumerable<ReadOnlyMemory<byte>>.GetAsyncEnumerator(CancellationToken cancellationToken) =>
        GetAsyncEnumerator(cancellationToken);

    internal void Take()
    {
        if (Interlocked.Exchange(ref _taken, 1) != 0)
        {
            throw new InvalidOperationException("The body of a response can be read only once.");
        }
    }

    internal void Finish()
    {
        _sentinel?.Disarm();
        Source.Finish();
        GC.KeepAlive(this);
    }

    internal void Abort(Exception error)
    {
        _sentinel?.Disarm();
        Source.Abort(error);
        GC.KeepAlive(this);
    }

    private void ReleaseCurrent()
    {
        if (_current.Length > 0)
        {
            int length = _current.Length;
            _current = default;
            Source.Advance(length);
        }
    }

    private bool TryMoveNext(out bool moved)
    {
        if (Source.TryRead(0, out ReadOnlySequence<byte> data, out _))
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

    /// <summary>Steps through the slices of a body.</summary>
    public readonly struct Enumerator : IAsyncEnumerator<ReadOnlyMemory<byte>>
    {
        private readonly ResponseBody _body;
        private readonly CancellationToken _token;

        internal Enumerator(ResponseBody body, CancellationToken token)
        {
            _body = body;
            _token = token;
        }

        /// <summary>The slice; valid until the next step.</summary>
        public ReadOnlyMemory<byte> Current => _body._current;

        /// <summary>Goes to the next slice; false at the end.</summary>
        public ValueTask<bool> MoveNextAsync() => _body.NextAsync(_token);

        /// <summary>Ends the reading; an unread rest closes the connection.</summary>
        public ValueTask DisposeAsync()
        {
            _body.Finish();
            return default;
        }
    }

    /// <summary>Steps through the slices of a body, waiting for each.</summary>
    public readonly struct BlockingEnumerator : IDisposable
    {
        private readonly ResponseBody _body;

        internal BlockingEnumerator(ResponseBody body) => _body = body;

        /// <summary>The slice; valid until the next step.</summary>
        public ReadOnlyMemory<byte> Current => _body._current;

        /// <summary>Goes to the next slice; false at the end.</summary>
        public bool MoveNext() => _body.Next();

        /// <summary>Ends the reading; an unread rest closes the connection.</summary>
        public void Dispose() => _body.Finish();
    }
}
