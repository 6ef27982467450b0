namespace PollHttp.Core.Http2;

/// <summary>
/// Splits the received octets into frames, wherever reads end. Payloads of DATA, HEADERS and CONTINUATION are passed on as they come,
/// without padding and priority. Of other frames the first octets, which are the useful ones, are gathered.
/// </summary>
/// <remarks>
/// <code>
/// Between ─► Header ─► PadLength ─► Priority ─► Payload ─► Padding ─► Between
/// </code>
/// </remarks>
internal sealed class FrameReader
{
    /// <summary>The largest number of octets gathered: enough for 32 settings, or for GOAWAY with 256 octets of debug data.</summary>
    public const int MostGathered = 8 + 256;

    private const int PriorityLength = 5;

    private readonly byte[] _octets = new byte[MostGathered];
    private Part _part;
    private int _gathered;
    private int _left;
    private int _padding;
    private int _skip;

    private enum Part
    {
        Between,
        Header,
        PadLength,
        Priority,
        Payload,
        Padding,
    }

    /// <summary>Gets the header of the current frame.</summary>
    public FrameHeader Header { get; private set; }

    /// <summary>Gets the octets gathered: the payload of a frame that has ended, or the received part of a header.</summary>
    public ReadOnlySpan<byte> Gathered => _octets.AsSpan(0, _gathered);

    /// <summary>Gets a value indicating whether a frame is under way.</summary>
    public bool IsInFrame => _part > Part.Header || (_part == Part.Header && _gathered > 0);

    /// <summary>Gets the number of padding octets of the current frame, including the length octet; known from its first payload on.</summary>
    public int PaddingLength { get; private set; }

    /// <summary>Reads the next step; call it until it returns <see cref="FrameStep.More"/>. <paramref name="octets"/> begins with what was not
    /// consumed.</summary>
    public FrameStep Read(ReadOnlySpan<byte> octets, out int consumed)
    {
        consumed = 0;
        switch (_part)
        {
            case Part.Between when octets.IsEmpty:
                return FrameStep.More;
            case Part.Between:
                _gathered = 0;
                _part = Part.Header;
                return FrameStep.Skipped;
            case Part.Header:
                consumed = Gather(octets, FrameHeader.Size);
                return _gathered < FrameHeader.Size ? FrameStep.More : Begin();
            case Part.PadLength when octets.IsEmpty:
                return FrameStep.More;
            case Part.PadLength:
                consumed = 1;
                _padding = octets[0];
                PaddingLength = _padding + 1;
                _left--;
                _part = Part.Priority;
                return _padding + _skip > _left ? FrameStep.BadPadding : FrameStep.Skipped;
            case Part.Priority:
                return Skip(octets, ref _skip, out consumed) ? GoTo(Part.Payload) : FrameStep.More;
            case Part.Payload when _left == _padding:
                return GoTo(Part.Padding);
            case Part.Payload when octets.IsEmpty:
                return FrameStep.More;
            case Part.Payload when IsHandedOut:
                consumed = Math.Min(_left - _padding, octets.Length);
                _left -= consumed;
                return FrameStep.Payload;
            case Part.Payload:
                consumed = Math.Min(_left, octets.Length);
                _left -= consumed;
                Gather(octets[..consumed], MostGathered);
                return FrameStep.Skipped;
            default:
                if (!Skip(octets, ref _padding, out consumed))
                {
                    return FrameStep.More;
                }

                _part = Part.Between;
                return FrameStep.Ended;
        }
    }

    private bool IsHandedOut => Header.Type is FrameType.Data or FrameType.Headers or FrameType.Continuation;

    private FrameStep Begin()
    {
        Header = FrameHeader.Read(_octets);
        _gathered = 0;
        _left = Header.Length;
        _padding = 0;
        PaddingLength = 0;
        bool isPadded = Header.Type is FrameType.Data or FrameType.Headers && Header.Has(FrameFlags.Padded);
        _skip = Header.Type == FrameType.Headers && Header.Has(FrameFlags.Priority) ? PriorityLength : 0;
        _part = isPadded ? Part.PadLength : Part.Priority;
        return FrameStep.Begun;
    }

    private FrameStep GoTo(Part part)
    {
        _part = part;
        return FrameStep.Skipped;
    }

    private bool Skip(ReadOnlySpan<byte> octets, ref int count, out int consumed)
    {
        consumed = Math.Min(count, octets.Length);
        count -= consumed;
        _left -= consumed;
        return count == 0;
    }

    private int Gather(ReadOnlySpan<byte> octets, int most)
    {
        int count = Math.Min(octets.Length, most - _gathered);
        octets[..count].CopyTo(_octets.AsSpan(_gathered));
        _gathered += count;
        return count;
    }
}
