namespace PollHttp.Testing;

/// <summary>Represents one stream of a <see cref="Http2ServerConnection"/>.</summary>
internal sealed class Http2ServerStream(Http2Request request)
{
    public Http2Request Request => request;

    public Http2Reply? Reply { get; set; }

    public long SendWindow { get; set; }

    public long ReceiveWindow { get; set; }

    /// <summary>Gets or sets the number of octets of the reply's body that were sent.</summary>
    public int Sent { get; set; }

    /// <summary>Gets the octets that a tunnel answers and that are not sent yet.</summary>
    public List<byte> TunnelData { get; } = [];

    /// <summary>Gets or sets a value indicating whether the script has decided on the reply.</summary>
    public bool IsDecided { get; set; }

    /// <summary>Gets or sets a value indicating whether a body is being sent.</summary>
    public bool IsSending { get; set; }

    /// <summary>Gets or sets a value indicating whether the whole reply was sent.</summary>
    public bool IsReplied { get; set; }

    /// <summary>Gets or sets a value indicating whether either side reset the stream.</summary>
    public bool IsReset { get; set; }

    public bool IsClosed => IsReset || (IsReplied && request.IsWhole);
}
