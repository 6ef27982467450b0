namespace PollHttp.Core;

/// <summary>
/// How long each wait within an exchange may take; null means no limit, as <see cref="Timeout.InfiniteTimeSpan"/> does. Set before use;
/// values are read during exchanges. A setter throws <see cref="ArgumentOutOfRangeException"/> for a value that is no such time.
/// </summary>
public sealed class ConnectionTimeouts
{
    /// <summary>
    /// From the last byte of the request to the end of the response head. 30 s in <see cref="PollClientOptions"/> and
    /// <see cref="PollConnectionOptions"/>, otherwise null: <c>PollHttpClient.Timeout</c> ends that wait.
    /// </summary>
    public TimeSpan? ResponseHead { get; set => field = OptionValue.LimitOrNone(value); }

    /// <summary>Silence of the peer inside a body; 60 s. Stops while the application does not read.</summary>
    public TimeSpan? BodyIdle { get; set => field = OptionValue.LimitOrNone(value); } = TimeSpan.FromSeconds(60);

    /// <summary>Output that the peer does not take; 60 s.</summary>
    public TimeSpan? SendStall { get; set => field = OptionValue.LimitOrNone(value); } = TimeSpan.FromSeconds(60);

    /// <summary>How long an interim 100 is awaited before the content is sent unasked (RFC 9110 §10.1.1); 1 s.</summary>
    public TimeSpan Expect100Continue { get; set => field = OptionValue.ZeroOrLimit(value); } = TimeSpan.FromSeconds(1);

    /// <summary>How long a connection is kept idle after an exchange; null, no limit here (pools have their own).</summary>
    public TimeSpan? KeepAliveIdle { get; set => field = OptionValue.LimitOrNone(value); }
}
