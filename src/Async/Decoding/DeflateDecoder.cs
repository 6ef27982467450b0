namespace PollHttp.Decoding;

/// <summary>
/// Decodes <c>deflate</c>: the zlib format (RFC 1950), as registered, or raw deflate data, as some servers send it. The first two bytes
/// tell which.
/// </summary>
internal sealed class DeflateDecoder : ContentDecoder
{
    private const int HasDictionary = 0x20;

    private readonly Inflater _inflater = new();
    private readonly byte[] _probe = new byte[2];
    private int _probed;
    private bool _isProbed;
    private bool _isZlib;
    private int _replayed;
    private uint _adler = 1;
    private uint _trailer;
    private int _trailerBytes = -1;

    public override string Name => "deflate";

    public override DecodeStatus Decode(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        while (!_isProbed)
        {
            if (consumed == input.Length)
            {
                // A raw block can't end within two bytes, so waiting for the second byte delays nothing.
                return DecodeStatus.NeedsInput;
            }

            _probe[_probed++] = input[consumed++];
            if (_probed == 2)
            {
                _isProbed = true;
                _isZlib = IsZlibHeader(_probe[0], _probe[1]);
                if (_isZlib && (_probe[1] & HasDictionary) != 0)
                {
                    return Fail("it needs a dictionary");
                }
            }
        }

        if (_trailerBytes < 0)
        {
            DecodeStatus status = Inflate(input, output, ref consumed, ref written);
            if (status != DecodeStatus.Ended || !_isZlib)
            {
                return status;
            }

            _trailerBytes = 0;
        }

        for (; _trailerBytes < 4; _trailerBytes++)
        {
            if (consumed == input.Length)
            {
                return DecodeStatus.NeedsInput;
            }

            _trailer = (_trailer << 8) | input[consumed++];
        }

        return _trailer == _adler ? DecodeStatus.Ended : Fail("the checksum is wrong");
    }

    private DecodeStatus Inflate(ReadOnlySpan<byte> input, Span<byte> output, ref int consumed, ref int written)
    {
        // The bytes that were read to find out may be raw data themselves.
        while (!_isZlib && _replayed < 2)
        {
            DecodeStatus early = InflatePiece(_probe.AsSpan(_replayed), output, out int replayed, ref written);
            _replayed += replayed;
            if (early != DecodeStatus.NeedsInput)
            {
                return early;
            }
        }

        DecodeStatus status = InflatePiece(input[consumed..], output, out int used, ref written);
        consumed += used;
        return status;
    }

    private DecodeStatus InflatePiece(ReadOnlySpan<byte> input, Span<byte> output, out int used, ref int written)
    {
        DecodeStatus status = _inflater.Inflate(input, output[written..], out used, out int made);
        if (_isZlib)
        {
            _adler = Adler32.Append(_adler, output.Slice(written, made));
        }

        written += made;
        return status == DecodeStatus.Malformed ? Fail(_inflater.Problem) : status;
    }

    /// <summary>Determines whether two bytes are a zlib header (RFC 1950
    /// §2.2): method 8, window up to 32 KiB, and as a check both bytes as a number are a multiple of 31.</summary>
    private static bool IsZlibHeader(byte cmf, byte flg) => (cmf & 0x0F) == 8 && cmf >> 4 <= 7 && ((cmf << 8) | flg) % 31 == 0;
}
