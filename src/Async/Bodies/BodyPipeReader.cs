using System.IO.Pipelines;

namespace PollHttp;

/// <summary>A body as a pipe: its buffer is the receive buffer of the connection itself.</summary>
public sealed class BodyPipeReader : PipeReader
{
    private readonly ResponseBody _body;
    private ReadOnlySequence<byte> _buffer;
    private long _examined;
    private bool _canceled;
    private bool _completed;

    internal BodyPipeReader(ResponseBody body) => _body = body;

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        ThrowIfCompleted();
        if (_canceled)
        {
            _canceled = false;
            _body.Source.TryRead(-1, out _buffer, out bool ended);
            result = new(_buffer, isCanceled: true, ended);
            return true;
        }

        if (_body.Source.TryRead(_examined, out ReadOnlySequence<byte> data, out bool completed))
        {
            _buffer = data;
            result = new(data, isCanceled: false, completed);
            return true;
        }

        result = default;
        return false;
    }

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<ReadResult>(cancellationToken);
        }

        return TryRead(out ReadResult result) ? new(result) : WaitAsync(cancellationToken);
    }

    private async ValueTask<ReadResult> WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            _canceled |= !await _body.Source.WaitAsync(_examined, cancellationToken).ConfigureAwait(false);
            if (TryRead(out ReadResult result))
            {
                return result;
            }
        }
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        ThrowIfCompleted();
        long count = _buffer.Slice(_buffer.Start, consumed).Length;
        _examined = Math.Max(0, _buffer.Slice(_buffer.Start, examined).Length - count);
        _buffer = default;
        _body.Source.Advance(count);
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => _body.Source.CancelWait();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        if (!_completed)
        {
            _completed = true;
            _body.Finish();
        }
    }

    private void ThrowIfCompleted()
    {
        if (_completed)
        {
            throw new InvalidOperationException("Reading is not allowed after the reader was completed.");
        }
    }
}
