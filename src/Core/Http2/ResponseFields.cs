using System.Buffers;
using System.Text;
using PollHttp.Core.Http2.Hpack;

namespace PollHttp.Core.Http2;

/// <summary>Specifies the purpose of a field block.</summary>
internal enum BlockKind
{
    /// <summary>The block is of a stream that is gone, and is only decoded to keep the table correct.</summary>
    Discarded,

    /// <summary>The block is an interim or a final head.</summary>
    Head,

    /// <summary>The block is a trailer section.</summary>
    Trailers,
}

/// <summary>Checks the fields of one block and adds them to a head (RFC 9113 §8.2, §8.3).</summary>
internal sealed class ResponseFields : IFieldSink
{
    /// <summary>The size of a field in addition to its octets (RFC 9113 §6.5.2).</summary>
    private const int FieldOverhead = 32;

    private const int HugeFactor = 4;

    private static readonly SearchValues<byte> s_upperCase = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    private static readonly SearchValues<byte> s_valueBreakers = SearchValues.Create([0, (byte)'\r', (byte)'\n']);

    private HeadStorage? _storage;
    private BlockKind _kind;
    private ExchangeOptions _options = ExchangeOptions.Default;
    private int _announced;
    private long _sizeBefore;
    private int _statuses;

    /// <summary>Gets the status, or 0.</summary>
    public int Status { get; private set; }

    /// <summary>Gets the size of the block's fields so far.</summary>
    public long Size { get; private set; }

    /// <summary>Gets the value of Content-Length, or −1.</summary>
    public long ContentLength { get; private set; }

    /// <summary>Gets the kind of problem, or <see cref="FaultKind.None"/>.</summary>
    public FaultKind Problem { get; private set; }

    /// <summary>Gets the limit that was exceeded.</summary>
    public long Limit { get; private set; }

    /// <summary>Gets the problem in words; null if the kind says enough.</summary>
    public string? Detail { get; private set; }

    /// <summary>Gets a value indicating whether the block is so far over its limit that it can't be a mistake.</summary>
    public bool IsHuge { get; private set; }

    /// <summary>Gets the size up to which a block is no mistake of the peer: what it was told, or the limit of the exchange if that is
    /// larger.</summary>
    public int UsualLimit => Math.Max(_announced, SizeLimit);

    private int SizeLimit => _kind == BlockKind.Trailers ? _options.Limits.TrailerBytes : _options.Limits.HeadBytes;

    private int CountLimit => _kind == BlockKind.Trailers ? _options.Limits.TrailerCount : _options.Limits.FieldCount;

    /// <summary>Begins a block.</summary>
    /// <param name="kind">The purpose of the block.</param>
    /// <param name="head">The head that receives the fields; null for none.</param>
    /// <param name="options">The limits, and the deviations that are accepted.</param>
    /// <param name="sizeBefore">The size of earlier heads of the exchange.</param>
    /// <param name="announced">The limit that the peer was told, which that of the exchange may differ from.</param>
    public void Start(BlockKind kind, ResponseHead? head, ExchangeOptions options, long sizeBefore, int announced)
    {
        _kind = kind;
        _announced = announced;
        _storage = head?.Storage;
        _options = options;
        _sizeBefore = kind == BlockKind.Trailers ? 0 : sizeBefore;
        _statuses = 0;
        Status = 0;
        Size = 0;
        ContentLength = -1;
        Problem = FaultKind.None;
        Detail = null;
        Limit = -1;
        IsHuge = false;
    }

    /// <summary>Only counts what still comes of the block.</summary>
    public void Discard()
    {
        _kind = BlockKind.Discarded;
        _storage = null;
    }

    /// <summary>Ends the block.</summary>
    public void Finish()
    {
        if (_kind == BlockKind.Head && _statuses == 0)
        {
            Refuse(FaultKind.MalformedField, ":status is missing");
        }
    }

    /// <inheritdoc/>
    public void OnField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!Count(name.Length + (long)value.Length))
        {
            return;
        }

        if (name.Length > 0 && name[0] == ':')
        {
            OnPseudoField(name, value);
            return;
        }

        if (!TokenTable.IsToken(name) || (!_options.Allows(Leniency.UpperCaseNames) && name.ContainsAny(s_upperCase)))
        {
            Refuse(FaultKind.MalformedField, "a name is empty, or has an octet that no name has");
            return;
        }

        if (_options.Allows(Leniency.PaddedValues))
        {
            value = value.Trim(_options.Allows(Leniency.ControlCharacters) ? " \t\0\r\n"u8 : " \t"u8);
        }

        bool isBroken = value.ContainsAny(s_valueBreakers);
        if ((isBroken && !_options.Allows(Leniency.ControlCharacters)) || (value.Length > 0 && (IsBlank(value[0]) || IsBlank(value[^1]))))
        {
            Refuse(FaultKind.MalformedField, $"the value of {Encoding.ASCII.GetString(name)} has NUL, CR or LF, or white space at an end");
            return;
        }

        if (!_options.Allows(Leniency.ConnectionFields) && IsConnectionSpecific(name))
        {
            Refuse(FaultKind.MalformedField, $"{Encoding.ASCII.GetString(name)} belongs to HTTP/1");
            return;
        }

        if (_kind == BlockKind.Head && name.SequenceEqual("content-length"u8) && !TakeLength(value))
        {
            return;
        }

        FieldRange range = new() { NameStart = _storage!.Length, NameLength = name.Length, ValueStart = _storage.Length + name.Length, ValueLength = value.Length };
        _storage.Append(name);
        _storage.Append(value);
        if (isBroken)
        {
            Span<byte> written = _storage.Writable(range.ValueStart, range.ValueLength);
            written.Replace((byte)0, (byte)' ');
            written.Replace((byte)'\r', (byte)' ');
            written.Replace((byte)'\n', (byte)' ');
        }

        _storage.AddField(range);
    }

    /// <inheritdoc/>
    public void OnDroppedField(long size) => Count(size);

    private void OnPseudoField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (_kind != BlockKind.Head || _storage!.FieldCount > 0 || !name.SequenceEqual(":status"u8))
        {
            Refuse(FaultKind.MalformedField, "a pseudo-field is unknown, in the trailers, or after a field");
        }
        else if (_statuses++ > 0)
        {
            Refuse(FaultKind.MalformedField, ":status is repeated");
        }
        else if (value.Length != 3 || !Decimal.TryParse(value, out long status) || status < 100)
        {
            Refuse(FaultKind.MalformedField, ":status is not a number of three digits");
        }
        else
        {
            Status = (int)status;
        }
    }

    private bool TakeLength(ReadOnlySpan<byte> value)
    {
        while (true)
        {
            int comma = value.IndexOf((byte)',');
            if (!Decimal.TryParse(Ascii.Trim(comma < 0 ? value : value[..comma]), out long length))
            {
                Refuse(FaultKind.MalformedLength, null);
                return false;
            }

            if (ContentLength >= 0 && length != ContentLength)
            {
                Refuse(FaultKind.ConflictingLengths, null);
                return false;
            }

            ContentLength = length;
            if (comma < 0)
            {
                return true;
            }

            value = value[(comma + 1)..];
        }
    }

    /// <summary>Counts a field. Returns false when it is not to be added.</summary>
    private bool Count(long octets)
    {
        Size += octets + FieldOverhead;
        IsHuge |= Size > HugeFactor * (UsualLimit - Math.Min(_sizeBefore, UsualLimit / 2));
        if (_kind == BlockKind.Discarded || Problem != FaultKind.None)
        {
            return false;
        }

        if (_sizeBefore + Size > SizeLimit)
        {
            Limit = SizeLimit;
            Refuse(_kind == BlockKind.Trailers ? FaultKind.TrailersTooLarge : FaultKind.HeadTooLarge, null);
            return false;
        }

        if (_storage!.FieldCount >= CountLimit)
        {
            Limit = CountLimit;
            Refuse(FaultKind.TooManyFields, null);
            return false;
        }

        return true;
    }

    private void Refuse(FaultKind kind, string? detail)
    {
        if (Problem == FaultKind.None)
        {
            Problem = kind;
            Detail = detail;
        }
    }

    private static bool IsBlank(byte octet) => octet is (byte)' ' or (byte)'\t';

    private static bool IsConnectionSpecific(ReadOnlySpan<byte> name) => name.Length switch
    {
        7 => name.SequenceEqual("upgrade"u8),
        10 => name.SequenceEqual("connection"u8) || name.SequenceEqual("keep-alive"u8),
        16 => name.SequenceEqual("proxy-connection"u8),
        17 => name.SequenceEqual("transfer-encoding"u8),
        _ => false,
    };
}
