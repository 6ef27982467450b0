namespace PollHttp.Core;

/// <summary>Specifies the state of a <see cref="ChunkedDecoder"/> between two bytes.</summary>
internal enum ChunkedState
{
    /// <summary>The first digit of a size is expected.</summary>
    SizeStart,

    /// <summary>A digit, white space, an extension or the line end may follow.</summary>
    Size,

    /// <summary>White space followed the size, or a value.</summary>
    SizeSpace,

    /// <summary>A semicolon was read and a name must follow.</summary>
    NameStart,

    /// <summary>A name is being read.</summary>
    Name,

    /// <summary>White space followed a name.</summary>
    NameSpace,

    /// <summary>An equals sign was read and a value must follow.</summary>
    ValueStart,

    /// <summary>A token is being read as a value.</summary>
    Value,

    /// <summary>A quoted string is being read.</summary>
    Quoted,

    /// <summary>A backslash was read in a quoted string.</summary>
    QuotedPair,

    /// <summary>A quoted string ended.</summary>
    QuotedEnd,

    /// <summary>The CR of a size line was read.</summary>
    SizeLineFeed,

    /// <summary>Data is being read.</summary>
    Data,

    /// <summary>The CR after the data is expected.</summary>
    DataReturn,

    /// <summary>The LF after the data is expected.</summary>
    DataLineFeed,

    /// <summary>The trailer section is being read.</summary>
    Trailers,

    /// <summary>The body is complete.</summary>
    Complete,
}

/// <summary>
/// Decodes the chunked transfer coding (RFC 9112 §7.1), resumable at every byte. It locates the data without copying it. A lone LF is never
/// a line end here.
/// </summary>
internal sealed class ChunkedDecoder(ConnectionLimits limits)
{
    private const int MaxSizeDigits = 16;

    // An event of a few bytes may carry a signature; even so, ignored bytes must stay in proportion to the body.
    private const int ExtensionsPerByte = 64;

    private long _size;
    private int _digits;
    private int _lineExtension;
    private long _excess;

    /// <summary>Sets the limits from the next message on.</summary>
    public void Use(ConnectionLimits next) => limits = next;

    public ChunkedState State { get; private set; }

    public FaultKind Fault { get; private set; }

    public long Limit { get; private set; }

    /// <summary>Gets the number of data bytes still missing from the current chunk.</summary>
    public long DataLeft { get; private set; }

    public void Start()
    {
        State = ChunkedState.SizeStart;
        Fault = FaultKind.None;
        DataLeft = 0;
        _digits = 0;
        _size = 0;
        _lineExtension = 0;
        _excess = 0;
    }

    public void DataRead(long count)
    {
        DataLeft -= count;
        if (DataLeft == 0)
        {
            State = ChunkedState.DataReturn;
        }
    }

    public void TrailersRead() => State = ChunkedState.Complete;

    /// <summary>Reads framing bytes until data, the trailer section or a fault. Returns false if the framing is malformed.</summary>
    public bool Read(ReadOnlySpan<byte> bytes, out int consumed)
    {
        consumed = 0;
        while (consumed < bytes.Length && State is not (ChunkedState.Data or ChunkedState.Trailers or ChunkedState.Complete))
        {
            if (!Step(bytes[consumed]))
            {
                return false;
            }

            consumed++;
        }

        return true;
    }

    private bool Step(byte b)
    {
        switch (State)
        {
            case ChunkedState.SizeStart:
                _size = 0;
                _digits = 0;
                _lineExtension = 0;
                return ReadDigit(b);
            case ChunkedState.Size when Hex.Digit(b) >= 0:
                return ReadDigit(b);
            case ChunkedState.Size or ChunkedState.SizeSpace or ChunkedState.QuotedEnd:
                return EndOfPart(b);
            case ChunkedState.NameStart:
                return IsSpace(b) ? Extension(State) : TokenTable.IsTokenByte(b) ? Extension(ChunkedState.Name) : Malformed();
            case ChunkedState.Name when TokenTable.IsTokenByte(b):
                return Extension(ChunkedState.Name);
            case ChunkedState.Name or ChunkedState.NameSpace:
                return b == '=' ? Extension(ChunkedState.ValueStart)
                    : IsSpace(b) ? Extension(ChunkedState.NameSpace)
                    : EndOfPart(b);
            case ChunkedState.ValueStart:
                return IsSpace(b) ? Extension(State)
                    : b == '"' ? Extension(ChunkedState.Quoted)
                    : TokenTable.IsTokenByte(b) ? Extension(ChunkedState.Value)
                    : Malformed();
            case ChunkedState.Value when TokenTable.IsTokenByte(b):
                return Extension(ChunkedState.Value);
            case ChunkedState.Value:
                return EndOfPart(b);
            case ChunkedState.Quoted:
                return b == '"' ? Extension(ChunkedState.QuotedEnd)
                    : b == '\\' ? Extension(ChunkedState.QuotedPair)
                    : IsControl(b) ? Malformed()
                    : Extension(ChunkedState.Quoted);
            case ChunkedState.QuotedPair:
                return IsControl(b) ? Malformed() : Extension(ChunkedState.Quoted);
            case ChunkedState.SizeLineFeed:
                return b == '\n' ? EndSizeLine() : Malformed();
            case ChunkedState.DataReturn:
                State = ChunkedState.DataLineFeed;
                return b == '\r' || Fail(FaultKind.MissingChunkEnd);
            case ChunkedState.DataLineFeed:
                State = ChunkedState.SizeStart;
                return b == '\n' || Fail(FaultKind.MissingChunkEnd);
            default:
                return Malformed();
        }
    }

    private bool ReadDigit(byte b)
    {
        int digit = Hex.Digit(b);
        if (digit < 0 || ++_digits > MaxSizeDigits || _size > (long.MaxValue - digit) >> 4)
        {
            return Malformed();
        }

        _size = (_size << 4) | (long)digit;
        State = ChunkedState.Size;
        return true;
    }

    /// <summary>Handles a byte after a size or an extension: white space, another extension, or the line end.</summary>
    private bool EndOfPart(byte b)
    {
        if (b == '\r')
        {
            State = ChunkedState.SizeLineFeed;
            return true;
        }

        return b == ';' ? Extension(ChunkedState.NameStart)
            : IsSpace(b) ? Extension(ChunkedState.SizeSpace)
            : Malformed();
    }

    private bool EndSizeLine()
    {
        if (!CountExtension())
        {
            return false;
        }

        DataLeft = _size;
        State = _size == 0 ? ChunkedState.Trailers : ChunkedState.Data;
        return true;
    }

    /// <summary>
    /// Keeps the extensions in proportion to the data. The size of a chunk allows for its own extensions and earlier ones, never for later
    /// ones.
    /// </summary>
    private bool CountExtension()
    {
        long excused = Math.Min(_size, int.MaxValue) * ExtensionsPerByte;
        _excess = Math.Max(0, _excess + _lineExtension - excused);
        if (_excess > limits.ChunkExtensionBytes)
        {
            Limit = limits.ChunkExtensionBytes;
            return Fail(FaultKind.ChunkExtensionTooLarge);
        }

        return true;
    }

    private bool Extension(ChunkedState next)
    {
        State = next;
        _lineExtension++;
        if (_lineExtension > limits.ChunkExtensionLineBytes)
        {
            Limit = limits.ChunkExtensionLineBytes;
            return Fail(FaultKind.ChunkExtensionTooLarge);
        }

        return true;
    }

    private bool Malformed() => Fail(FaultKind.MalformedChunkSize);

    private bool Fail(FaultKind kind)
    {
        Fault = kind;
        return false;
    }

    private static bool IsSpace(byte b) => b is (byte)' ' or (byte)'\t';

    private static bool IsControl(byte b) => (b < ' ' && b != '\t') || b == 0x7F;
}
