using System.Text;

namespace PollHttp.Testing;

/// <summary>What a simulated HTTP/2 server answers to one request.</summary>
public sealed class Http2Reply
{
    /// <summary>Gets the status; 200.</summary>
    public int Status { get; init; } = 200;

    /// <summary>Gets the fields after <c>:status</c>, names in lower case.</summary>
    public IReadOnlyList<(string Name, string Value)> Fields { get; init; } = [];

    /// <summary>Gets the content, sent as the client's windows allow.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Gets the trailer fields; none, no trailer section.</summary>
    public IReadOnlyList<(string Name, string Value)> Trailers { get; init; } = [];

    /// <summary>Gets the statuses of interim responses before the final one.</summary>
    public IReadOnlyList<int> Interims { get; init; } = [];

    /// <summary>Gets how long the server thinks before it sends anything; other streams go on meanwhile.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Gets the largest DATA frame; 16,384.</summary>
    public int FrameSize { get; init; } = 16_384;

    /// <summary>Gets the code with which the stream is reset behind the content instead of being ended; null, it is ended.</summary>
    public uint? ResetCode { get; init; }

    /// <summary>Gets frames that are sent as they are, instead of anything else; null, none.</summary>
    public IReadOnlyList<Http2Frame>? Frames { get; init; }

    /// <summary>A reply of status 200 with this text as Latin-1.</summary>
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
