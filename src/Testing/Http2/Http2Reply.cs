using System.Text;

namespace PollHttp.Testing;

/// <summary>Describes what a simulated HTTP/2 server answers to one request.</summary>
public sealed class Http2Reply
{
    /// <summary>Gets the status; 200.</summary>
    public int Status { get; init; } = 200;

    /// <summary>Gets the fields after <c>:status</c>, names in lower case.</summary>
    public IReadOnlyList<(string Name, string Value)> Fields { get; init; } = [];

    /// <summary>Gets the content, sent as the client's windows allow.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Gets or sets the trailer fields; an empty list sends no trailer section.</summary>
    public IReadOnlyList<(string Name, string Value)> Trailers { get; init; } = [];

    /// <summary>Gets the statuses of interim responses before the final one.</summary>
    public IReadOnlyList<int> Interims { get; init; } = [];

    /// <summary>Gets or sets the delay before anything is sent; other streams continue meanwhile.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Gets the largest DATA frame; 16,384.</summary>
    public int FrameSize { get; init; } = 16_384;

    /// <summary>Gets or sets the code with which the stream is reset after the content; null to end it normally.</summary>
    public uint? ResetCode { get; init; }

    /// <summary>Gets or sets the function that answers each piece of data of a CONNECT, which this reply accepts; null for none. The stream
    /// stays open until the client ends it, and then the server ends it too.</summary>
    public Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? Tunnel { get; init; }

    /// <summary>Gets or sets frames to send instead of anything else; null for none.</summary>
    public IReadOnlyList<Http2Frame>? Frames { get; init; }

    /// <summary>Converts text to a reply of status 200, as Latin-1.</summary>
    public static implicit operator Http2Reply(string latin1) => Text(latin1);

    /// <summary>Makes a reply with a Latin-1 body and its content-length.</summary>
    public static Http2Reply Text(string latin1, int status = 200)
    {
        ArgumentNullException.ThrowIfNull(latin1);
        return new()
        {
            Status = status,
            Fields = [("content-length", latin1.Length.ToString(System.Globalization.CultureInfo.InvariantCulture))],
            Body = Encoding.Latin1.GetBytes(latin1),
        };
    }
}
