namespace PollHttp;

/// <summary>
/// A body out of its content codings, decoded on the consumer's thread when the consumer asks: no task, no pump, and never
/// more than a block beyond what was asked for.
/// </summary>
/// <remarks>While it decodes, and while the reader has decoded bytes, decoders and buffers are on loan to the reader: what ends the body
/// meanwhile leaves it to the reader to release them.</remarks>
internal sealed class DecodedBody(BodySource coded, DecoderChain chain, DecompressionOptions options, string method, Uri uri) : BodySource
{
    /// <summary>Before this many bytes the ratio is not judged: short bodies may well be all alike.</summary>
    private const long RatioFloor = 16 * 1024 * 1024;

    private readonly DecodedBuffer _decoded = new();
    private Loan _loan;
    private Exception? _error;
    private long _consumedCoded;
    private long _total;
    private bool _ended;
    private bool _mayHoldOutput;

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

            while (isReady && _decoded.Length <= examined && !_ended)
            {
                isReady = _error is null ? TryStep() : throw _error;
            }

            data = isReady ? _decoded.Sequence : default;
            completed = isReady && _ended;
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
        // CancelWait goes to the coded source, which is what is waited for.
    }

    /// <summary>Decodes what one slice gives, up to one block. False: wait for more of the coded body.</summary>
    private bool TryStep()
    {
        if (_mayHoldOutput && Decode(default, out _) > 0)
        {
            return true;
        }

        if (!coded.TryRead(0, out ReadOnlySequence<byte> data, out _))
        {
            return false;
        }

        if (data.IsEmpty)
        {
            EndOfInput();
            return true;
        }

        Decode(data.FirstSpan, out int consumed);
        coded.Advance(consumed);
        return true;
    }

    private int Decode(ReadOnlySpan<byte> input, out int consumed)
    {
        DecodeStatus status = chain.Decode(input, _decoded.GetSpan(), out consumed, out int written);
        _decoded.Commit(written);
        _total += written;
        _consumedCoded += consumed;
        _mayHoldOutput = written > 0;
        CheckLimits();
        if (status == DecodeStatus.Malformed)
        {
            Fail(FaultKind.MalformedCoding, -1, chain.Problem);
        }

        return written;
    }

    private void EndOfInput()
    {
        if (!chain.MayEnd)
        {
            Fail(FaultKind.TruncatedCoding, -1, chain.Unfinished);
            return;
        }

        _ended = true;
        chain.Dispose();
    }

    private void CheckLimits()
    {
        if (options.MaxDecodedBytes is { } most && _total > most)
        {
            Fail(FaultKind.DecodedBodyTooLarge, most, null);
        }
        else if (chain.IsUnbounded && options.MaxRatio is { } ratio && _total > RatioFloor && _total / ratio > _consumedCoded)
        {
            Fail(FaultKind.DecodingRatioTooHigh, ratio, $"{_consumedCoded:N0} bytes became {_total:N0}");
        }
    }

    /// <summary>Good bytes decoded before are still read; the rest of the coded body is of no use.</summary>
    private void Fail(FaultKind kind, long limit, string? detail)
    {
        Exception error = FaultMapping.ToDecodingException(method, uri, new Fault
        {
            Kind = kind,
            Phase = ConnectPhase.Http,
            BytesReceived = kind == FaultKind.DecodedBodyTooLarge ? _total : _consumedCoded,
            BytesExpected = limit,
            Detail = detail,
        });
        if (Interlocked.CompareExchange(ref _error, error, null) is null)
        {
            coded.Abort(error);
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
        chain.Dispose();
    }
}
