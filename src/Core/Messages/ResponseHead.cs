using System.Net;
using System.Text;

namespace PollHttp.Core;

/// <summary>Represents the head of a response: status, reason and fields.</summary>
/// <remarks>
/// A head from <see cref="HttpExchange.ResponseHead"/> is valid until the exchange is released (an interim head until the next event). A
/// head from <see cref="HttpExchange.DetachResponseHead"/> belongs to the caller and never changes.
/// </remarks>
public sealed class ResponseHead
{
    private string? _reason;

    internal ResponseHead()
        : this(new HeadStorage())
    {
    }

    private ResponseHead(HeadStorage storage)
    {
        Storage = storage;
        Headers = new HeaderBlock(storage);
    }

    internal HeadStorage Storage { get; }

    /// <summary>Gets the status code, 100 to 999.</summary>
    public int StatusCode { get; internal set; }

    /// <summary>Gets the version of HTTP of the response: 1.0, 1.1 or 2.0; other minor versions of HTTP/1 as received.</summary>
    public Version Version => MajorVersion == 2 ? HttpVersion.Version20
        : MinorVersion == 1 ? HttpVersion.Version11
        : MinorVersion == 0 ? HttpVersion.Version10
        : new Version(MajorVersion, MinorVersion);

    /// <summary>Gets the minor version of HTTP/1 on the wire, 0 to 9; 0 in HTTP/2.</summary>
    public int MinorVersion { get; internal set; }

    /// <summary>Gets the reason phrase as sent, decoded as Latin-1 and never interpreted; may be empty.</summary>
    public string ReasonPhrase =>
        _reason ??= ReasonPhrases.GetString(StatusCode, Storage.Slice(ReasonStart, ReasonLength));

    /// <summary>Gets the fields.</summary>
    public HeaderBlock Headers { get; }

    /// <summary>Gets how the content is delimited (RFC 9112
    /// §6.3).</summary>
    public BodyFraming Framing { get; internal set; }

    /// <summary>
    /// Gets the value of a valid Content-Length field, or −1. A response to HEAD and a 304 may have a length without content.
    /// </summary>
    public long ContentLength { get; internal set; }

    internal int MajorVersion { get; set; } = 1;

    internal int ReasonStart { get; set; }

    internal int ReasonLength { get; set; }

    /// <summary>Returns a detached head with all fields of this one except those of the given names.</summary>
    public ResponseHead Without(params string[] names)
    {
        ArgumentNullException.ThrowIfNull(names);
        ResponseHead head = Copy();
        foreach (string name in names)
        {
            for (int i = head.Headers.IndexOf(name); i >= 0; i = head.Headers.IndexOf(name, i))
            {
                head.Storage.RemoveField(i);
            }
        }

        return head;
    }

    internal bool HasSameContents(ResponseHead other) =>
        StatusCode == other.StatusCode && MinorVersion == other.MinorVersion && MajorVersion == other.MajorVersion && Framing == other.Framing && ContentLength == other.ContentLength
        && ReasonStart == other.ReasonStart && ReasonLength == other.ReasonLength && Storage.HasSameContents(other.Storage);

    /// <summary>Returns a separate head with the same contents and no spare capacity.</summary>
    internal ResponseHead Copy() => new(new HeadStorage(Storage))
    {
        StatusCode = StatusCode,
        MinorVersion = MinorVersion,
        MajorVersion = MajorVersion,
        Framing = Framing,
        ContentLength = ContentLength,
        ReasonStart = ReasonStart,
        ReasonLength = ReasonLength,
        _reason = _reason,
    };

    internal void Reset()
    {
        Storage.Reset();
        _reason = null;
        StatusCode = 0;
        MajorVersion = 1;
        MinorVersion = 1;
        Framing = default;
        ContentLength = -1;
        ReasonStart = 0;
        ReasonLength = 0;
    }

    /// <summary>Returns the status line, for logs.</summary>
    public override string ToString() =>
        new StringBuilder("HTTP/").Append(Version).Append(' ').Append(StatusCode).Append(' ').Append(ReasonPhrase).ToString();
}
