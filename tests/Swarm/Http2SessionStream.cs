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

    public StreamMarks Marks { get; set; }

    /// <summary>Gets or sets the octets of the next step that were sent.</summary>
    public int Sent { get; set; }

    /// <summary>Gets or sets the octets that came through a tunnel.</summary>
    public int Echoed { get; set; }

    public bool IsReceived => Has(StreamMarks.Received);

    public bool IsResetByClient => Has(StreamMarks.ResetByClient);

    /// <summary>Gets a value indicating whether either side has reset the stream.</summary>
    public bool IsBroken => Has(StreamMarks.Reset | StreamMarks.ResetByClient);

    public bool IsClosed => IsBroken || (IsReceived && Has(StreamMarks.Sent));

    public Queue<Http2Step> Steps => _steps;

    public bool Has(StreamMarks any) => (Marks & any) != 0;
}
