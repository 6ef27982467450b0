using PollHttp.Bodies;
using PollHttp.Exchanges;

namespace PollHttp.Decoding;

/// <summary>
/// Represents a decoded body. It is decoded on the consumer's thread on demand: no task, no pump, and never more than a block ahead.
/// </summary>
/// <remarks>While it decodes, and while the reader holds decoded bytes, decoders and buffers are on loan to the reader. If the body ends
/// meanwhile, the reader releases them.</remarks>
internal sealed class DecodedBody(BodySource coded, CodedReader reader, string method, Uri uri) : BodySource
{
    private readonly DecodedBuffer _decoded = new();
    private Loan _loan;
    private Exception? _error;

    public override PollLoop Loop => coded.Loop;

    public override IReadOnlyList<HeaderField> Trailers => coded.Trailers;

    public override BodySource Coded => coded.Coded;

    public override long BytesReceived => coded.BytesReceived;

    public override bool TryRead(long examined, out ReadOnlySequence<byte> data, out bool completed)
    {
        bool isLent = false;
        bool isReady = true;
        try
        {
            if (!_loan.TryTake())
            {
                throw _error!;
            }

            while (isReady && _decoded.Length <= examined && !reader.HasEnded)
            {
                isReady = _error is null ? TryStep() : throw _error;
            }

            data = isReady ? _decoded.Sequence : default;
            completed = isReady && reader.HasEnded;
            isLent = !data.IsEmpty;
            return isReady;
        }
        finally
        {
            if (!isLent)
            {
                GiveBack();
            }
        }
    }

    public override void Advance(long consumed, long examined = 0)
    {
        if (_loan.TryTake())
        {
            _decoded.Consume(consumed);
        }

        GiveBack();
    }

    public override ValueTask WaitAsync(long examined, CancellationToken token) => coded.WaitAsync(0, token);

    public override void Wait(long examined) => coded.Wait(0);

    public override void Finish(bool byReader)
    {
        End(Disposed());
        if (byReader)
        {
            GiveBack();
        }

        coded.Finish(byReader);
    }

    public override void Abort(Exception error)
    {
        End(error);
        coded.Abort(error);
    }

    public override void CancelWait() => coded.CancelWait();

    public override bool TakeCancel() => coded.TakeCancel();

    protected override void Interrupt()
    {
        // CancelWait goes to the coded source, which is the one that waits.
    }

    /// <summary>Decodes up to one block from one slice. Returns false to wait for more of the coded body.</summary>
    private bool TryStep()
    {
        if (reader.MayHoldOutput && Decode(default, out _) > 0)
        {
            return true;
        }

        if (!coded.TryRead(0, out ReadOnlySequence<byte> data, out _))
        {
            return false;
        }

        if (data.IsEmpty)
        {
            reader.EndInput();
            NoteFailure();
            return true;
        }

        Decode(data.FirstSpan, out int consumed);
        coded.Advance(consumed);
        return true;
    }

    private int Decode(ReadOnlySpan<byte> input, out int consumed)
    {
        int written = reader.Decode(input, _decoded.GetSpan(), out consumed);
        _decoded.Commit(written);
        NoteFailure();
        return written;
    }

    /// <summary>Records a failure. Valid bytes decoded before it can still be read; the rest of the coded body is useless.</summary>
    private void NoteFailure()
    {
        if (reader.HasFailed && Volatile.Read(ref _error) is null)
        {
            Exception error = FaultMapping.ToDecodingException(method, uri, reader.Fault);
            if (Interlocked.CompareExchange(ref _error, error, null) is null)
            {
                coded.Abort(error);
            }
        }
    }

    private void End(Exception error)
    {
        Interlocked.CompareExchange(ref _error, error, null);
        if (_loan.End())
        {
            Release();
        }
    }

    private void GiveBack()
    {
        if (_loan.GiveBack())
        {
            Release();
        }
    }

    private void Release()
    {
        _decoded.Clear();
        reader.Dispose();
    }
}
