namespace PollHttp.Testing;

/// <summary>One stream of a <see cref="Http2ServerConnection"/>.</summary>
internal sealed class Http2ServerStream(Http2Request request)
{
    public Http2Request Request => request;

    public Http2Reply? Reply { get; set; }

    public long SendWindow { get; set; }

    public long ReceiveWindow { get; set; }

    /// <summary>Octets of the reply's body sent.</summary>
    public int Sent { get; set; }

    /// <summary>Gets or sets a value indicating whether the script was asked for the reply.</summary>
    public bool IsDecided { get; set; }

    /// <summary>Gets or sets a value indicating whether a body is being sent.</summary>
    public bool IsSending { get; set; }

    /// <summary>Gets or sets a value indicating whether the reply is whole.</summary>
    public bool IsReplied { get; set; }

    /// <summary>Gets or sets a value indicating whether one side reset it.</summary>
    public bool IsReset { get; set; }

    public bool IsClosed => IsReset || (IsReplied && request.IsWhole);
}
