using System.Diagnostics;

namespace PollHttp.Decoding;

/// <summary>Represents a decoder in a chain, with the rules for bytes between and after its members or frames.</summary>
internal sealed class DecoderStage(ContentDecoder decoder, bool allowTrailingData) : IDisposable
{
    private bool _isInside;
    private bool _hasEnded;
    private bool _ignoresRest;

    public ContentDecoder Decoder => decoder;

    public string Problem { get; private set; } = "";

    /// <summary>Gets a value indicating whether the input may end here: between members or frames, or before the first.</summary>
    public bool MayEnd => !_isInside;

    /// <summary>Decodes until the input is used up or the output is full; never <see cref="DecodeStatus.Ended"/>.</summary>
    public DecodeStatus Decode(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        if (Problem.Length > 0)
        {
            return DecodeStatus.Malformed;
        }

        while (true)
        {
            if (!_isInside && !TryEnter(input, ref consumed, out DecodeStatus status))
            {
                return status;
            }

            status = decoder.Decode(input[consumed..], output[written..], out int used, out int made);
            consumed += used;
            written += made;
            if (status == DecodeStatus.Malformed)
            {
                if (_hasEnded && decoder.LacksSignature)
                {
                    _isInside = false;
                    return EndAtSurplus(input, ref consumed);
                }

                Problem = decoder.Problem;
                return status;
            }

            if (status != DecodeStatus.Ended)
            {
                Debug.Assert(status != DecodeStatus.NeedsInput || consumed == input.Length, "a decoder that needs input has used all it had");
                return status;
            }

            _isInside = false;
            _hasEnded = true;
        }
    }

    public void Dispose() => decoder.Dispose();

    private bool TryEnter(ReadOnlySpan<byte> input, ref int consumed, out DecodeStatus status)
    {
        status = DecodeStatus.NeedsInput;
        if (_hasEnded && decoder.MayBeFollowed)
        {
            int padding = _ignoresRest ? -1 : input[consumed..].IndexOfAnyExcept((byte)0);
            consumed = padding < 0 ? input.Length : consumed + padding;
        }

        if (consumed == input.Length)
        {
            return false;
        }

        if (_hasEnded && !decoder.TryRestart(input[consumed]))
        {
            status = EndAtSurplus(input, ref consumed);
            return false;
        }

        _isInside = true;
        return true;
    }

    /// <summary>Ignores bytes after the end of the data that belong to no member, or fails.</summary>
    private DecodeStatus EndAtSurplus(ReadOnlySpan<byte> input, ref int consumed)
    {
        if (!allowTrailingData || !decoder.MayBeFollowed)
        {
            Problem = "other bytes follow its end";
            return DecodeStatus.Malformed;
        }

        _ignoresRest = true;
        consumed = input.Length;
        return DecodeStatus.NeedsInput;
    }
}
