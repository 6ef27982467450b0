namespace PollHttp.Swarm;

/// <summary>What the simulated server keeps of one connection.</summary>
internal sealed class SwarmConnection(RequestFeed feed)
{
    /// <summary>Gets the requests of HTTP/1.1.</summary>
    public RequestFeed Feed => feed;

    /// <summary>Gets or sets the session, if the client speaks HTTP/2.</summary>
    public Http2Session? Http2 { get; set; }

    /// <summary>Gets or sets a value indicating whether a proxy has let the connection through.</summary>
    public bool IsBehindProxy { get; set; }
}
