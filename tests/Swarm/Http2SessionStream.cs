namespace PollHttp.Swarm;

/// <summary>One stream of a session of HTTP/2.</summary>
internal sealed class Http2SessionStream(int id, CallPlan? call, int hop)
{
    private readonly Queue<Http2Step> _steps = new();

    public int Id => id;

    /// <summary>Gets the call; null where the server does not take the request.</summary>
    public CallPlan? Call => call;

    public int Hop => hop;

    public ContentCheck? Content { get; init; }

    public bool AcceptsCoding { get; init; }

    public long SendWindow { get; set; }

    public long ReceiveWindow { get; set; }

    /// <summary>Gets or sets what the client is to be allowed to send beside its window.</summary>
    public long Owed { get; set; }

    /// <summary>Gets or sets a value indicating whether the request is whole.</summary>
    public bool IsReceived { get; set; }

    /// <summary>Gets or sets a value indicating whether the answer has ended the stream.</summary>
    public bool IsSent { get; set; }

    public bool IsResetByClient { get; set; }

    public bool IsReset { get; set; }

    public bool IsAnswered { get; set; }

    /// <summary>Gets or sets a value indicating whether a timer runs for the next step.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Gets or sets the octets of the next step that were sent.</summary>
    public int Sent { get; set; }

    public bool IsClosed => IsReset || IsResetByClient || (IsReceived && IsSent);

    public Queue<Http2Step> Steps => _steps;
}
