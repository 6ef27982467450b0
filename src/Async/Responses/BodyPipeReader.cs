using System.IO.Pipelines;
using PollHttp.Bodies;

namespace PollHttp;

/// <summary>
/// Implements a pipe reader over a body. Its buffer is the receive buffer of the connection itself (or the output of the decoder), without
/// copying.
/// </summary>
/// <remarks>
/// Keeps the contract of <see cref="PipeReader"/> as <c>new Pipe().Reader</c> does: each read is followed by one AdvanceTo; a canceled
/// token ends that read only. Completing it before the end of the body closes the connection.
/// </remarks>
public sealed class BodyPipeReader : PipeReader
{
    private readonly ResponseBody _body;
    private ReadOnlySequence<byte> _buffer;
    private ReadWait? _wait;
    private long _examined;
    private State _state;

    internal BodyPipeReader(ResponseBody body) => _body = body;

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        RequireNoRead();
        if (TryReadCore(out result))
        {
            return true;
        }

        _state = State.Tried;
        return false;
    }

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested && _state != State.Completed)
        {
            return ValueTask.FromCanceled<ReadResult>(cancellationToken);
        }

        RequireNoRead();
        if (TryReadCore(out ReadResult result))
        {
            return new(result);
        }

        _state = State.Waiting;
        return (_wait ??= new(this)).Begin(_examined, cancellationToken);
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_state == State.Tried)
        {
            _state = State.Idle; // there was nothing to consume or examine
            return;
        }

        if (_state is not (State.Reading or State.Interrupted))
        {
            throw Misuse();
        }

        long count = consumed.Equals(default) ? 0 : _buffer.Slice(_buffer.Start, consumed).Length;
        long seen = examined.Equals(default) ? Math.Max(count, _examined) : _buffer.Slice(_buffer.Start, examined).Length;
        if (seen < count)
        {
            throw new InvalidOperationException("The examined position must not be before the consumed one.");
        }

        _state = State.Idle;
        _examined = seen - count;
        _buffer = default;
        _body.Source.Advance(count, _examined);
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => _body.Source.CancelWait();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        if (_state != State.Completed)
        {
            _state = State.Completed;
            _buffer = default;
            _body.Finish(byReader: true);
        }
    }

    private bool TryReadCore(out ReadResult result)
    {
        bool canceled = _body.Source.TakeCancel();
        if (_body.Source.TryRead(canceled ? -1 : _examined, out ReadOnlySequence<byte> data, out bool completed))
        {
            _state = canceled ? State.Interrupted : State.Reading;
            _buffer = data;
            result = new(data, canceled, completed);
            return true;
        }

        result = default;
        return false;
    }

    private sealed class ReadWait(BodyPipeReader reader) : BodyWait<ReadResult>(reader._body.Source)
    {
        protected override bool TryRead(out ReadResult result) => reader.TryReadCore(out result);

        protected override void OnFailed(Exception error)
        {
            if (reader._state == State.Waiting)
            {
                reader._state = State.Idle;
            }
        }
    }

    private void RequireNoRead()
    {
        if (_state is not (State.Idle or State.Interrupted or State.Tried))
        {
            throw Misuse();
        }
    }

    private InvalidOperationException Misuse() => new(_state switch
    {
        State.Completed => "Reading is not allowed after the reader was completed.",
        State.Waiting or State.Reading => "A read is in progress already: it ends with AdvanceTo.",
        _ => "There is no read to advance from.",
    });

    private enum State
    {
        /// <summary>No read has occurred since the last AdvanceTo.</summary>
        Idle,

        /// <summary>The caller has a result.</summary>
        Reading,

        /// <summary>The last result was a canceled one, which needs no AdvanceTo.</summary>
        Interrupted,

        /// <summary>TryRead had no result: AdvanceTo may follow, as with any pipe, and does nothing.</summary>
        Tried,

        /// <summary>ReadAsync has not returned yet.</summary>
        Waiting,

        /// <summary>Complete was called.</summary>
        Completed,
    }
}
