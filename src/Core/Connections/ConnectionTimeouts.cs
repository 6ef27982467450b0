namespace PollHttp.Core;

/// <summary>
/// Limits how long each wait within an exchange may take. Null and <see cref="Timeout.InfiniteTimeSpan"/> mean no limit. Set before use;
/// values are read during exchanges. A setter throws <see cref="ArgumentOutOfRangeException"/> for an invalid timeout.
/// </summary>
public sealed class ConnectionTimeouts
{
    /// <summary>
    /// Gets how long a peer may take nothing of a content after its response was taken whole, if <see cref="SendStall"/> sets no limit. The content
    /// is then given up: no call is left that waits for it, and it keeps a connection, or a place of the peer's limit, from the next exchange.
    /// </summary>
    internal static TimeSpan UnwantedContent => TimeSpan.FromSeconds(60);

    /// <summary>
    /// Gets or sets the timeout from the last byte of the request to the end of the response head. 30 s in <see cref="PollClientOptions"/>
    /// and <see cref="PollConnectionOptions"/>, otherwise null: <c>PollHttpClient.Timeout</c> ends that wait.
    /// </summary>
    public TimeSpan? ResponseHead { get; set => field = OptionValue.LimitOrNone(value); }

    /// <summary>Gets or sets the timeout for silence of the peer within a body; 60 s. Stops while the application does not read.</summary>
    public TimeSpan? BodyIdle { get; set => field = OptionValue.LimitOrNone(value); } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets the timeout for output that the peer does not accept; 60 s.</summary>
    public TimeSpan? SendStall { get; set => field = OptionValue.LimitOrNone(value); } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets how long to wait for an interim 100 before the content is sent anyway (RFC 9110
    /// §10.1.1); 1 s.</summary>
    public TimeSpan Expect100Continue { get; set => field = OptionValue.ZeroOrLimit(value); } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets how long a connection stays idle after an exchange; null for no limit here (pools have their own).</summary>
    public TimeSpan? KeepAliveIdle { get; set => field = OptionValue.LimitOrNone(value); }
}
