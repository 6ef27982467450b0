namespace PollHttp.Core;

/// <summary>
/// Lists the statuses that may follow each status of a <see cref="PollClient"/>. Close and ConnectToHost first go to Disconnected, so
/// Disconnected may follow every status.
/// </summary>
internal static class PollStatusTable
{
    private static readonly PollStatus[][] s_next = BuildTable();

    /// <summary>
    /// Determines whether <paramref name="to"/> may follow <paramref name="from"/>. Keeping the status is always allowed.
    /// </summary>
    public static bool Allows(PollStatus from, PollStatus to) =>
        from == to || Array.IndexOf(s_next[(int)from], to) >= 0;

    /// <summary>Determines whether only Close and ConnectToHost leave the status.</summary>
    public static bool IsFailure(PollStatus status) => status
        is PollStatus.CantResolve or PollStatus.CantConnect or PollStatus.ConnectionError or PollStatus.TlsHandshakeError;

    private static PollStatus[][] BuildTable()
    {
        PollStatus[][] next = new PollStatus[(int)PollStatus.TlsHandshakeError + 1][];
        next[(int)PollStatus.Disconnected] = [PollStatus.Resolving, PollStatus.Connecting];
        next[(int)PollStatus.Resolving] = [PollStatus.Connecting, PollStatus.CantResolve, PollStatus.Disconnected];
        next[(int)PollStatus.Connecting] =
            [PollStatus.Connected, PollStatus.CantConnect, PollStatus.TlsHandshakeError, PollStatus.Disconnected];
        next[(int)PollStatus.Connected] = [PollStatus.Requesting, PollStatus.ConnectionError, PollStatus.Disconnected];
        next[(int)PollStatus.Requesting] =
            [PollStatus.Body, PollStatus.Connected, PollStatus.ConnectionError, PollStatus.Disconnected];
        next[(int)PollStatus.Body] = [PollStatus.Connected, PollStatus.ConnectionError, PollStatus.Disconnected];
        next[(int)PollStatus.CantResolve] = [PollStatus.Disconnected];
        next[(int)PollStatus.CantConnect] = [PollStatus.Disconnected];
        next[(int)PollStatus.ConnectionError] = [PollStatus.Disconnected];
        next[(int)PollStatus.TlsHandshakeError] = [PollStatus.Disconnected];
        return next;
    }
}
