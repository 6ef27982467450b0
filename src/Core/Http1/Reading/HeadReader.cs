namespace PollHttp.Core;

/// <summary>Specifies how far a <see cref="HeadReader"/> got.</summary>
internal enum HeadProgress
{
    /// <summary>More bytes are needed.</summary>
    NeedMore,

    /// <summary>The empty line was read.</summary>
    Complete,

    /// <summary>The head breaks a rule or a limit; see <see cref="HeadReader.Fault"/>.</summary>
    Faulted,
}

/// <summary>
/// Collects the lines of a head or a trailer section. Each line is checked as soon as it is complete, and bytes are copied once. Resumable
/// at every byte; no byte is read twice.
/// </summary>
internal sealed class HeadReader(ExchangeOptions options)
{
    private HeadStorage _storage = null!;
    private bool _trailers;
    private bool _statusLineRead;
    private int _lineStart;
    private int _lineLength;
    private long _otherBytes;

    /// <summary>Sets the options from the next message on.</summary>
    public void Use(ExchangeOptions next) => options = next;

    public FaultKind Fault { get; private set; }

    /// <summary>
    /// Gets or sets the fault of the status line while more bytes are awaited, only to describe what it looks like. So the description does
    /// not depend on how the bytes are cut.
    /// </summary>
    public FaultKind PendingFault { get; private set; }

    /// <summary>Gets or sets the limit that was exceeded, in bytes or fields.</summary>
    public long Limit { get; private set; }

    public int StatusCode { get; private set; }

    public int MinorVersion { get; private set; }

    public int ReasonStart { get; private set; }

    public int ReasonLength { get; private set; }

    /// <summary>Gets the number of bytes read of this section, including line ends.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Gets the beginning of the line that failed, for a message.</summary>
    public ReadOnlySpan<byte> CurrentLine => _storage.Slice(_lineStart, _storage.Length - _lineStart);

    /// <param name="storage">Where to put the bytes.</param>
    /// <param name="trailers">Whether this is a trailer section, which has no status line and its own limits.</param>
    /// <param name="otherBytes">The size of earlier heads of the exchange, which count towards the limit.</param>
    public void Start(HeadStorage storage, bool trailers, long otherBytes)
    {
        _storage = storage;
        _trailers = trailers;
        _statusLineRead = trailers;
        _lineStart = storage.Length;
        _lineLength = 0;
        _otherBytes = otherBytes;
        Fault = FaultKind.None;
        PendingFault = FaultKind.None;
        BytesRead = 0;
    }

    /// <summary>Fails with <see cref="PendingFault"/>: enough bytes have arrived to describe it, or no more will.</summary>
    public HeadProgress FailPending()
    {
        _ = StatusLineParser.CheckPrefix(CurrentLine, out int same);
        CountUpTo(same + 1);
        return Fail(PendingFault);
    }

    public HeadProgress Read(ReadOnlySpan<byte> bytes, out int consumed)
    {
        consumed = 0;
        while (consumed < bytes.Length)
        {
            ReadOnlySpan<byte> rest = bytes[consumed..];
            int length = LineScanner.Find(rest);
            bool complete = length > 0;
            int wanted = complete ? length : rest.Length;

            // One byte beyond the limit is enough to fail, and no more than that is copied.
            int allowed = (int)Math.Min(wanted, Allowance());
            _storage.Append(rest[..allowed]);
            consumed += allowed;
            BytesRead += allowed;
            _lineLength += allowed;
            bool cut = allowed < wanted;
            if (!_statusLineRead && StatusLineParser.CheckPrefix(CurrentLine, out _) is not FaultKind.None and FaultKind prefix)
            {
                PendingFault = prefix;
                if (!complete && !cut && StatusLineParser.LengthToDescribe(CurrentLine) < 0)
                {
                    return HeadProgress.NeedMore;
                }

                return FailPending();
            }

            if (!CheckLimits(complete && !cut))
            {
                return HeadProgress.Faulted;
            }

            if (!complete)
            {
                return HeadProgress.NeedMore;
            }

            if (EndLine(out bool last) is not FaultKind.None and FaultKind fault)
            {
                return Fail(fault);
            }

            if (last)
            {
                return HeadProgress.Complete;
            }
        }

        return HeadProgress.NeedMore;
    }

    private int LineLimit => _statusLineRead ? options.Limits.FieldLineBytes : options.Limits.StatusLineBytes;

    private int TotalLimit => _trailers ? options.Limits.TrailerBytes : options.Limits.HeadBytes;

    private FaultKind TooLarge => _trailers ? FaultKind.TrailersTooLarge : FaultKind.HeadTooLarge;

    /// <summary>
    /// Returns the number of bytes that may be read before a limit is certainly exceeded: the limit, a line end, and one byte.
    /// </summary>
    private long Allowance() => Math.Min(
        LineLimit + 2L + 1 - _lineLength,
        TotalLimit + 1L - _otherBytes - BytesRead);

    private bool CheckLimits(bool complete)
    {
        int ending = 0;
        if (complete)
        {
            _ = LineScanner.TrySplit(CurrentLine, out int content);
            ending = _lineLength - Math.Max(content, 0);
        }
        else if (_lineLength > 0 && CurrentLine[^1] == '\r')
        {
            ending = 1;
        }

        if (_lineLength - ending > LineLimit)
        {
            // A CR right after the limit may begin the line end; then the next byte decides.
            CountUpTo(LineLimit + (CurrentLine[LineLimit] == '\r' ? 2 : 1));
            Limit = LineLimit;
            Fault = TooLarge;
            return false;
        }

        if (_otherBytes + BytesRead > TotalLimit)
        {
            Limit = TotalLimit;
            Fault = TooLarge;
            return false;
        }

        return true;
    }

    /// <summary>
    /// Counts the bytes up to the one that caused the fault, not those that arrived with it: the same bytes, cut into any pieces, give the
    /// same fault.
    /// </summary>
    private void CountUpTo(int lineBytes) => BytesRead -= _lineLength - lineBytes;

    private FaultKind EndLine(out bool last)
    {
        last = false;
        ReadOnlySpan<byte> line = CurrentLine;
        bool hasReturn = LineScanner.TrySplit(line, out int length);
        if (!hasReturn && (_trailers || !options.Allows(Leniency.BareLineFeed)))
        {
            return FaultKind.BareLineFeed;
        }

        line = line[..length];
        FaultKind fault = FaultKind.None;
        if (!_statusLineRead)
        {
            fault = EndStatusLine(line);
        }
        else if (line.IsEmpty)
        {
            last = true;
        }
        else
        {
            fault = line[0] is (byte)' ' or (byte)'\t' ? Unfold(line) : EndFieldLine(line);
        }

        if (fault == FaultKind.None)
        {
            _lineStart = _storage.Length;
            _lineLength = 0;
        }

        return fault;
    }

    private FaultKind EndStatusLine(ReadOnlySpan<byte> line)
    {
        FaultKind fault = StatusLineParser.Parse(line, out int minor, out int status, out int reasonStart);
        MinorVersion = minor;
        StatusCode = status;
        ReasonStart = _lineStart + reasonStart;
        ReasonLength = line.Length - reasonStart;
        _statusLineRead = true;
        return fault;
    }

    private FaultKind EndFieldLine(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        if (colon <= 0)
        {
            return FaultKind.MalformedField;
        }

        int nameLength = colon;
        if (options.Allows(Leniency.SpaceBeforeColon) && line[colon - 1] == ' ')
        {
            nameLength = line[..colon].TrimEnd((byte)' ').Length;
            if (FramesMessage(line[..nameLength]))
            {
                return FaultKind.MalformedField;
            }
        }

        if (nameLength == 0 || !TokenTable.IsToken(line[..nameLength]))
        {
            return FaultKind.MalformedField;
        }

        int countLimit = _trailers ? options.Limits.TrailerCount : options.Limits.FieldCount;
        if (_storage.FieldCount >= countLimit)
        {
            Limit = countLimit;
            return _trailers ? FaultKind.TrailersTooLarge : FaultKind.TooManyFields;
        }

        int start = colon + 1;
        int end = line.Length;
        Trim(line, ref start, ref end);
        if (!CheckValue(_lineStart + start, end - start, IsSetCookie(line[..nameLength])))
        {
            return FaultKind.MalformedField;
        }

        _storage.AddField(new()
        {
            NameStart = _lineStart,
            NameLength = nameLength,
            ValueStart = _lineStart + start,
            ValueLength = end - start,
        });
        return FaultKind.None;
    }

    /// <summary>Joins a folded line to the value before it with one space (RFC 9112
    /// §5.2).</summary>
    private FaultKind Unfold(ReadOnlySpan<byte> line)
    {
        if (_storage.FieldCount == 0 || !options.Allows(Leniency.LineFolding))
        {
            return FaultKind.MalformedField;
        }

        ref FieldRange field = ref _storage.Field(_storage.FieldCount - 1);
        ReadOnlySpan<byte> name = _storage.Slice(field.NameStart, field.NameLength);
        if (FramesMessage(name))
        {
            return FaultKind.MalformedField;
        }

        int start = 0;
        int end = line.Length;
        Trim(line, ref start, ref end);
        if (!CheckValue(_lineStart + start, end - start, IsSetCookie(name)))
        {
            return FaultKind.MalformedField;
        }

        int length = end - start;
        int target = field.ValueStart + field.ValueLength;
        if (length > 0)
        {
            bool join = field.ValueLength > 0;
            if (join)
            {
                _storage.Writable(target, 1)[0] = (byte)' ';
                target++;
            }

            _storage.Slice(_lineStart + start, length).CopyTo(_storage.Writable(target, length));
            field.ValueLength += length + (join ? 1 : 0);
        }

        _storage.Truncate(Math.Max(field.ValueStart + field.ValueLength, field.NameStart + field.NameLength));
        return FaultKind.None;
    }

    private bool CheckValue(int start, int length, bool tolerant)
    {
        Span<byte> value = _storage.Writable(start, length);
        if (!TokenTable.HasControls(value))
        {
            return true;
        }

        if (value.ContainsAny((byte)'\r', (byte)'\n'))
        {
            return false;
        }

        if (options.Allows(Leniency.ControlCharacters))
        {
            value.Replace((byte)0, (byte)' ');
            return true;
        }

        // A control character in Set-Cookie affects only that cookie, which the reader of cookies decides; NUL is never accepted.
        return tolerant && !value.Contains((byte)0);
    }

    /// <summary>
    /// Determines whether the field frames messages or controls the connection. Such a field is read in one way only, so that no other
    /// party reads it differently.
    /// </summary>
    private static bool FramesMessage(ReadOnlySpan<byte> name) =>
        Ascii.EqualsIgnoreCase(name, "Content-Length")
        || Ascii.EqualsIgnoreCase(name, "Transfer-Encoding")
        || Ascii.EqualsIgnoreCase(name, "Connection");

    private static bool IsSetCookie(ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(name, "Set-Cookie");

    private static void Trim(ReadOnlySpan<byte> line, ref int start, ref int end)
    {
        while (start < end && (line[start] is (byte)' ' or (byte)'\t'))
        {
            start++;
        }

        while (end > start && (line[end - 1] is (byte)' ' or (byte)'\t'))
        {
            end--;
        }
    }

    private HeadProgress Fail(FaultKind kind)
    {
        Fault = kind;
        return HeadProgress.Faulted;
    }
}
