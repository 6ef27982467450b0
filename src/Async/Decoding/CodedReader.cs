namespace PollHttp.Decoding;

/// <summary>
/// Decodes the content codings of a body, from pieces of input into the given room. It enforces the limits, and distinguishes a whole body
/// from one that is truncated, malformed or followed by other bytes.
/// </summary>
/// <remarks>
/// It does no I/O and keeps no decoded bytes; adapters provide the input and take the output. Bytes decoded before a failure are delivered
/// first; after it nothing more is. Thread safety: one reader at a time; it must not be disposed meanwhile: see the loan of the body.
/// </remarks>
/// <param name="codings">The codings in the order in which they were applied, at least one.</param>
/// <param name="options">The limits, and whether other bytes may follow.</param>
internal sealed class CodedReader(ContentCodings[] codings, DecompressionOptions options) : IDisposable
{
    /// <summary>The size below which the ratio is not checked: short bodies may legitimately repeat one byte.</summary>
    private const long RatioFloor = 16 * 1024 * 1024;

    private readonly DecoderChain _chain = DecoderChain.Of(codings, options.AllowTrailingData);
    private long _consumed;
    private long _decoded;
    private FaultKind _problem;

    /// <summary>Gets a value indicating whether the body can't be decoded further; <see cref="Fault"/> gives the reason.</summary>
    public bool HasFailed => _problem != FaultKind.None;

    /// <summary>Gets a value indicating whether the input has ended at a valid place.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Gets a value indicating whether there may be more output without more input.</summary>
    public bool MayHoldOutput { get; private set; }

    /// <summary>Gets the reason why the body can't be decoded, or no fault.</summary>
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

    /// <summary>Decodes until something was written, all input is used, or the body is found to be invalid.</summary>
    /// <param name="input">The unconsumed input; empty to get more output of earlier input.</param>
    /// <param name="output">Room for at least one byte.</param>
    /// <param name="consumed">The number of input bytes used.</param>
    /// <returns>The number of bytes written. 0 means that all input is used and more is needed, or that the body has failed or
    /// ended.</returns>
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

    /// <summary>Reports that no more input will follow: the body has ended, or is truncated. No input at all is an empty body.</summary>
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
