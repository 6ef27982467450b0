namespace PollHttp.Decoding;

/// <summary>Decodes gzip (RFC 1952): header, deflate data, CRC and length; any number of members.</summary>
internal sealed class GZipDecoder : ContentDecoder
{
    /// <summary>The maximum size of a member's header: far more than any name or comment needs.</summary>
    private const int HeaderLimit = 256 * 1024;

    private const int HasHeaderCrc = 2;
    private const int HasExtra = 4;
    private const int HasName = 8;
    private const int HasComment = 16;

    private readonly Inflater _inflater = new();
    private Part _part;
    private int _at;
    private int _headerBytes;
    private int _flags;
    private int _extraLength;
    private uint _headerCrc;
    private uint _crc;
    private uint _length;
    private ulong _collected;
    private bool _lacksSignature;

    /// <summary>Lists the parts in the order of the format; parts without their flag are skipped.</summary>
    private enum Part
    {
        Fixed,
        ExtraLength,
        Extra,
        Name,
        Comment,
        HeaderCrc,
        Data,
        Trailer,
    }

    public override string Name => "gzip";

    public override bool LacksSignature => _lacksSignature;

    public override bool TryRestart(byte first)
    {
        if (first != 0x1F)
        {
            return false;
        }

        _inflater.Reset();
        _part = Part.Fixed;
        _at = 0;
        _headerBytes = 0;
        _headerCrc = 0;
        _crc = 0;
        _length = 0;
        return true;
    }

    public override DecodeStatus Decode(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        while (true)
        {
            if (_part == Part.Data)
            {
                DecodeStatus status = _inflater.Inflate(input[consumed..], output[written..], out int used, out int made);
                _crc = Crc32.Append(_crc, output.Slice(written, made));
                _length += (uint)made;
                consumed += used;
                written += made;
                if (status != DecodeStatus.Ended)
                {
                    return status == DecodeStatus.Malformed ? Fail(_inflater.Problem) : status;
                }

                Enter(Part.Trailer);
            }

            if (consumed == input.Length)
            {
                return DecodeStatus.NeedsInput;
            }

            byte b = input[consumed++];
            if (_part == Part.Trailer)
            {
                _collected |= (ulong)b << (8 * _at);
                if (++_at == 8)
                {
                    return (uint)_collected != _crc ? Fail("the checksum is wrong")
                        : (uint)(_collected >> 32) != _length ? Fail("the length is wrong")
                        : DecodeStatus.Ended;
                }
            }
            else if (!ReadHeader(b))
            {
                return DecodeStatus.Malformed;
            }
        }
    }

    private bool ReadHeader(byte b)
    {
        if (++_headerBytes > HeaderLimit)
        {
            Fail("the header is too long");
            return false;
        }

        if (_part != Part.HeaderCrc)
        {
            _headerCrc = Crc32.Append(_headerCrc, [b]);
        }

        int at = _at++;
        switch (_part)
        {
            case Part.Fixed:
                return ReadFixed(at, b);
            case Part.ExtraLength when at == 0:
                _extraLength = b;
                break;
            case Part.ExtraLength:
                _extraLength |= b << 8;
                Enter(Part.Extra);
                break;
            case Part.Extra when _at == _extraLength:
                Enter(Part.Name);
                break;
            case Part.Name or Part.Comment when b == 0:
                Enter(_part + 1);
                break;
            case Part.HeaderCrc:
                if (b != (byte)(_headerCrc >> (8 * at)))
                {
                    Fail("the checksum of the header is wrong");
                    return false;
                }

                if (at == 1)
                {
                    Enter(Part.Data);
                }

                break;
        }

        return true;
    }

    private bool ReadFixed(int at, byte b)
    {
        bool isRight = at switch
        {
            0 => b == 0x1F,
            1 => b == 0x8B,
            2 => b == 8, // deflate, the only method
            3 => (b & 0xE0) == 0, // RFC 1952 §2.3.1.2: reserved bits must be zero
            _ => true,
        };
        if (!isRight)
        {
            _lacksSignature = at < 2;
            Fail("no gzip header");
            return false;
        }

        if (at == 3)
        {
            _flags = b;
        }
        else if (at == 9)
        {
            Enter(Part.ExtraLength);
        }

        return true;
    }

    /// <summary>Goes to a part, or to the next one that is present.</summary>
    private void Enter(Part part)
    {
        _at = 0;
        _collected = 0;
        while ((part == Part.ExtraLength && (_flags & HasExtra) == 0)
            || (part == Part.Extra && ((_flags & HasExtra) == 0 || _extraLength == 0))
            || (part == Part.Name && (_flags & HasName) == 0)
            || (part == Part.Comment && (_flags & HasComment) == 0)
            || (part == Part.HeaderCrc && (_flags & HasHeaderCrc) == 0))
        {
            part++;
        }

        _part = part;
    }
}
