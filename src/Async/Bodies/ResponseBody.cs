namespace PollHttp;

/// <summary>
/// The body of a response: slices of what was received, without a copy. Can be read once, in one of its ways.
/// </summary>
/// <remarks>A slice is valid until the next one is asked for.</remarks>
public sealed class ResponseBody : IAsyncEnumerable<ReadOnlyMemory<byte>>
{
    private readonly Sentinel? _sentinel;
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

    private ReadOnlyMemory<byte> _current;

    private ValueTask<bool> NextAsync(CancellationToken token)
    {
        if (_current.Length > 0)
        {
            int length = _current.Length;
            _current = default;
            Source.Advance(length);
        }

        if (!token.IsCancellationRequested && Source.TryRead(0, out ReadOnlySequence<byte> data, out _))
        {
            _current = data.First;
            return new(!data.IsEmpty);
        }

        return NextSlowAsync(token);
    }

    private async ValueTask<bool> NextSlowAsync(CancellationToken token)
    {
        while (true)
        {
            await Source.WaitAsync(0, token).ConfigureAwait(false);
            if (Source.TryRead(0, out ReadOnlySequence<byte> data, out _))
            {
                _current = data.First;
                return !data.IsEmpty;
            }
        }
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
}
