using PollHttp.Bodies;
using PollHttp.Decoding;
using PollHttp.Exchanges;
using PollHttp.Faults;
using PollHttp.Streams;

namespace PollHttp.Handler;

/// <summary>
/// Implements a response stream without its last content coding. Coded data that is truncated, malformed or followed by other bytes is an
/// error, which every later read repeats; bytes decoded before it are delivered first.
/// </summary>
internal sealed class DecodedContentStream(Stream encoded, ContentCodings coding, string method, Uri uri) : ReadOnlyStream
{
    private readonly CodedReader _reader = new([coding], DecompressionOptions.Default);
    private readonly byte[] _input = new byte[8 * 1024];
    private int _start;
    private int _length;
    private Exception? _error;
    private Loan _loan;
    private volatile bool _disposed;

    public override bool CanRead => !_disposed;

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

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            if (_loan.End())
            {
                _reader.Dispose();
            }

            encoded.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Decodes into the output; returns false if more of the coded body is needed.</summary>
    private bool TryDecode(Span<byte> output, out int written)
    {
        Take();
        int consumed = 0;
        written = _error is null && !output.IsEmpty ? _reader.Decode(_input.AsSpan(_start, _length), output, out consumed) : 0;
        bool isOver = output.IsEmpty || _reader.HasEnded;
        if (written == 0 && _reader.HasFailed)
        {
            _error ??= PlatformErrors.Of(FaultMapping.ToDecodingException(method, uri, _reader.Fault));
        }

        GiveBack();
        _start += consumed;
        _length -= consumed;
        return written > 0 || (_error is null ? isOver : throw _error);
    }

    private void Refill(int count)
    {
        _start = 0;
        _length = count;
        if (count == 0)
        {
            Take();
            _reader.EndInput();
            GiveBack();
        }
    }

    private void Take() => ObjectDisposedException.ThrowIf(_disposed || !_loan.TryTake(), this);

    private void GiveBack()
    {
        if (_loan.GiveBack())
        {
            _reader.Dispose(); // another thread has disposed the stream meanwhile
            throw new ObjectDisposedException(GetType().FullName);
        }
    }
}
