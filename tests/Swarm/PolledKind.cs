namespace PollHttp.Swarm;

/// <summary>Which of the clients that are polled by hand makes a call.</summary>
internal enum PolledKind
{
    /// <summary>When none does: it is a call of the scenario's client.</summary>
    None,

    /// <summary>A <see cref="PollClient"/>.</summary>
    Client,

    /// <summary>A <see cref="PollDownload"/>.</summary>
    Download,
}
