namespace PollHttp;

/// <summary>
/// A body out of its content codings, decoded on the consumer's thread when the consumer asks: no task, no pump, and never
/// more than a block beyond what was asked for.
/// </summary>
internal sealed class DecodedBody(BodySource coded, DecoderChain chain, DecompressionOptions options, string request) : BodySource
{
    /// <summary>Before this many bytes the ratio is not judged: short bodies may well be all alike.</summary>
    private const long RatioFloor = 16 * 1024 * 1024;

    private readonly DecodedBuffer _decoded = new();
    private Exception? _error;
    private long _consumedCoded;
    private long _total;
    private bool _ended;
    private bool _mayHoldOutput;
    private bool _isReleased;

    public override PollLoop Loop => coded.Loop;

    public override IReadOnlyList<HeaderField> Trailers => coded.Trailers;

    public override BodySource Coded => coded.Coded;

    public override long BytesReceived => coded.BytesReceived;

    public override bool TryRead(long examined, out ReadOnlySequence<byte> data, out bool completed)
    {
        while (_decoded.Length <= examined && !_ended)
        {
            if (_error is not null)
            {
                throw _error;
            }

            if (!TryStep())
            {
                data = default;
                completed = false;
                return false;
            }
        }

        data = _decoded.Sequence;
        completed = _ended;
        return true;
    }

    public override void Advance(long consumed, long examined = 0) => _decoded.Consume(consumed);

    public override ValueTask WaitAsync(long examined, CancellationToken token) => coded.WaitAsync(0, token);

    public override void Wait(long examined) => coded.Wait(0);

    public override void Finish()
    {
        Release();
        _error ??= new ObjectDisposedException(nameof(Response));
        coded.Finish();
    }

    public override void Abort(Exception error)
    {
        Release();
        _error ??= error;
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
            End();
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

    private void End()
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
        if (_error is null)
        {
            _error = FaultMapping.ToDecodingException(request, new Fault
            {
                Kind = kind,
                Phase = ConnectPhase.Http,
                BytesReceived = kind == FaultKind.DecodedBodyTooLarge ? _total : _consumedCoded,
                BytesExpected = limit,
                Detail = detail,
            });
            coded.Abort(_error);
        }
    }

    private void Release()
    {
        if (!_isReleased)
        {
            _isReleased = true;
            _ended = false;
            _decoded.Clear();
            chain.Dispose();
        }
    }
}
