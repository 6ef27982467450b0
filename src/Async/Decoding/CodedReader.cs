namespace PollHttp.Decoding;

/// <summary>
/// Reads a body out of its content codings: decodes from pieces of input into the room it is given, holds the limits, and tells a whole body
/// from one that is cut, malformed or followed by other bytes.
/// </summary>
/// <remarks>
/// It does no I/O and keeps no decoded bytes; what brings input and takes output is the adapter's. Bytes decoded before a failure are given
/// first, and after it nothing more is.
/// Thread safety: one reader at a time, which must not dispose of it meanwhile; see loan.
/// </remarks>
/// <param name="codings">In the order they were applied, at least one.</param>
/// <param name="options">The limits, and whether other bytes may follow.</param>
internal sealed class CodedReader(ContentCodings[] codings, DecompressionOptions options) : IDisposable
{
    /// <summary>Before this many bytes the ratio is not checked: short bodies may well repeat one byte.</summary>
    private const long RatioFloor = 16 * 1024 * 1024;

    private readonly DecoderChain _chain = DecoderChain.Of(codings, options.AllowTrailingData);
    private long _consumed;
    private long _decoded;
    private FaultKind _problem;

    /// <summary>Gets a value indicating whether the body can't be decoded any further; <see cref="Fault"/> says why.</summary>
    public bool HasFailed => _problem != FaultKind.None;

    /// <summary>Gets a value indicating whether the input has ended where it may.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Gets a value indicating whether there may be more output without more input.</summary>
    public bool MayHoldOutput { get; private set; }

    /// <summary>Gets why the body can't be decoded, or no fault.</summary>
    public Fault Fault => HasFailed
        ? new Fault
        {
            Kind = _problem,
            Phase = ConnectPhase.Http,
            BytesReceived = _problem == FaultKind.DecodedBodyTooLarge ? _decoded : _consumed,
            BytesExpected = _problem switch
            {
                FaultKind.DecodedBodyTooLarge => options.MaxDecodedBytes ?? -1,
                FaultKind.DecodingRatioTooHigh => options.MaxRatio ?? -1,
                _ => -1,
            },
            Detail = _problem switch
            {
                FaultKind.MalformedCoding => _chain.Problem,
                FaultKind.TruncatedCoding => _chain.Unfinished,
                FaultKind.DecodingRatioTooHigh => $"{_consumed:N0} bytes became {_decoded:N0}",
                _ => null,
            },
        }
        : default;

    /// <summary>Decodes until something was written, all input is used, or the body turns out to be bad.</summary>
    /// <param name="input">What has come and was not consumed; empty to get more of what came before.</param>
    /// <param name="output">Room for at least one byte.</param>
    /// <param name="consumed">How much of the input is used.</param>
    /// <returns>The number of bytes written. 0: all input is used, and more is needed, or the body has failed or ended.</returns>
    public int Decode(ReadOnlySpan<byte> input, Span<byte> output, out int consumed)
    {
        if (HasFailed || HasEnded)
        {
            consumed = 0;
            return 0;
        }

        DecodeStatus status = _chain.Decode(input, output, out consumed, out int written);
        _consumed += consumed;
        _decoded += written;
        MayHoldOutput = written > 0;
        if (_decoded > options.MaxDecodedBytes)
        {
            _problem = FaultKind.DecodedBodyTooLarge;
            written -= (int)Math.Min(written, _decoded - options.MaxDecodedBytes.Value);
        }
        else if (_chain.IsUnbounded && _decoded > RatioFloor && _decoded / options.MaxRatio > _consumed)
        {
            _problem = FaultKind.DecodingRatioTooHigh;
        }
        else if (status == DecodeStatus.Malformed)
        {
            _problem = FaultKind.MalformedCoding;
        }

        return written;
    }

    /// <summary>Says that no input comes any more, all that came being used: the body has ended, or is cut. No input at all is an empty
    /// body .</summary>
    public void EndInput()
    {
        if (HasFailed || HasEnded)
        {
            return;
        }

        if (_chain.MayEnd)
        {
            HasEnded = true;
            Dispose();
        }
        else
        {
            _problem = FaultKind.TruncatedCoding;
        }
    }

    public void Dispose() => _chain.Dispose();
}
