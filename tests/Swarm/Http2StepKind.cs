namespace PollHttp.Swarm;

/// <summary>What a server of HTTP/2 does next on a stream.</summary>
internal enum Http2StepKind
{
    Wait,
    Head,
    Data,

    /// <summary>An empty frame that ends the stream.</summary>
    End,
    Reset,
    Breach,
}
