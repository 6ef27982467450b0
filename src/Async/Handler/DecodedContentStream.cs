namespace PollHttp;

/// <summary>
/// A response stream with one content coding taken off. Coded data that is cut, malformed or followed by other bytes is an error,
/// which every later read gives again; what was decoded before it is given first.
/// </summary>
internal sealed class DecodedContentStream(Stream encoded, ContentCodings coding) : ContentStreamBase
{
    private readonly DecoderChain _chain = CodingPlan.NewChain([coding], allowTrailingData: false);
    private readonly byte[] _input = new byte[8 * 1024];
    private int _start;
    private int _length;
    private Exception? _error;
    private Loan _loan;
    private bool _ended;
    private volatile bool _disposed;

    public override bool CanRead => !_disposed;

    public override bool CanWrite => false;

    public override int Read(Span<byte> buffer)
    {
        int written;
        while (!TryDecode(buffer, out written))
        {
            Refill(encoded.Read(_input));
        }

        return written;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int written;
        while (!TryDecode(buffer.Span, out written))
        {
            Refill(await encoded.ReadAsync(_input, cancellationToken).ConfigureAwait(false));
        }

        return written;
    }

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            if (_loan.End())
            {
                _chain.Dispose();
            }

            encoded.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>False: more of the coded body is needed.</summary>
    private bool TryDecode(Span<byte> output, out int written)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        written = 0;
        if (_error is not null)
        {
            throw _error;
        }

        if (_ended || output.IsEmpty)
        {
            return true;
        }

        ObjectDisposedException.ThrowIf(!_loan.TryTake(), this);
        DecodeStatus status = _chain.Decode(_input.AsSpan(_start, _length), output, out int consumed, out written);
        if (_loan.GiveBack())
        {
            _chain.Dispose(); // another thread has disposed of the stream meanwhile
            throw new ObjectDisposedException(GetType().FullName);
        }

        _start += consumed;
        _length -= consumed;
        if (status == DecodeStatus.Malformed)
        {
            _error = new InvalidDataException($"The response's content coding is invalid: {_chain.Problem}.");
            return written > 0 ? true : throw _error;
        }

        return written > 0;
    }

    private void Refill(int count)
    {
        _start = 0;
        _length = count;
        if (count > 0)
        {
            return;
        }

        if (_chain.MayEnd)
        {
            _ended = true;
        }
        else
        {
            _error = new HttpIOException(HttpRequestError.ResponseEnded, $"The response ended inside its {_chain.Unfinished} data.");
        }
    }
}
