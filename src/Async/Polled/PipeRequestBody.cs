using System.IO.Pipelines;

namespace PollHttp;

/// <summary>
/// A pipe as the body of a request of a <see cref="PollClient"/>: sends what the writer has flushed, without a copy, and ends the body when
/// the writer completes. The pipe's thresholds hold the writer back while the connection takes no more.
/// </summary>
/// <remarks>
/// Made for one request, which was begun with a <see cref="ContentFraming"/>. Call <see cref="Send"/> after each poll until it returns false;
/// then complete the reader, so that the writer learns that nothing more is read. Thread safety: for the thread that polls the client; the
/// writer may be on another one.
/// </remarks>
/// <param name="client">The client.</param>
/// <param name="source">Read by this alone, and not completed.</param>
public sealed class PipeRequestBody(PollClient client, PipeReader source)
{
    private readonly PollClient _client = client ?? throw new ArgumentNullException(nameof(client));
    private readonly PipeReader _source = source ?? throw new ArgumentNullException(nameof(source));
    private SequencePosition? _written;

    /// <summary>Writes what the pipe has, as far as the connection takes it now. No I/O, and no waiting: where the pipe has nothing, it returns.</summary>
    /// <returns>Whether there is more to do: false when the writer has completed and all was sent, and when the rest of the body is not
    /// wanted.</returns>
    /// <exception cref="InvalidOperationException">The pipe has more bytes than the length that was announced, or fewer.</exception>
    /// <remarks>What the writer completed with is thrown: close the client then, as the body can't be ended.</remarks>
    public bool Send()
    {
        if (_client.HoldsRequestBody)
        {
            return true;
        }

        if (_written is { } end)
        {
            _written = null;
            _source.AdvanceTo(end); // not before: until now the connection read from this memory
        }

        if (_client.WantsRequestBody && _source.TryRead(out ReadResult read))
        {
            Write(read);
        }

        return _client.IsRequestBodyOpen || _client.HoldsRequestBody;
    }

    private void Write(ReadResult read)
    {
        ReadOnlySequence<byte> bytes = read.Buffer;
        if (bytes.IsEmpty)
        {
            _source.AdvanceTo(bytes.End);
            if (read.IsCompleted)
            {
                _client.FinishRequestBody();
            }

            return;
        }

        long count = 0;
        try
        {
            count = _client.WritePieces(bytes);
        }
        finally
        {
            if (count == 0)
            {
                _source.AdvanceTo(bytes.Start);
            }
        }

        if (count > 0)
        {
            _written = bytes.GetPosition(count);
        }
    }
}
