namespace PollHttp.Loop;

/// <summary>
/// Holds the connections of a loop that are being opened. They are polled although none of their transports is ready. A lookup or a handshake
/// that ends elsewhere wakes the poller but is registered nowhere.
/// </summary>
/// <remarks>Thread safety: thread of the loop only.</remarks>
internal sealed class ConnectingList
{
    private readonly List<ILoopConnection> _connections = [];

    public void Add(ILoopConnection connection) => _connections.Add(connection);

    /// <summary>Polls the connections that may have something to do.</summary>
    /// <param name="readyCount">The number of transports that the poller reported, or 0 if it was woken.</param>
    /// <returns>True if a connection moved to another phase.</returns>
    public bool Poll(int readyCount)
    {
        bool moved = false;
        for (int i = _connections.Count - 1; i >= 0; i--)
        {
            ILoopConnection connection = _connections[i];
            if (IsDue(connection, readyCount))
            {
                ConnectPhase before = connection.Phase;
                connection.OnReady(default);
                moved |= connection.Phase != before;
            }

            RemoveIfOpen(i);
        }

        return moved;
    }

    /// <summary>Gives a place in a budgeted poll to the connections that may have something to do.</summary>
    /// <param name="readyCount">The number of transports that the poller reported, or 0 if it was woken.</param>
    /// <param name="turns">The order in which they get a place.</param>
    public void Queue(int readyCount, LoopTurns turns)
    {
        for (int i = _connections.Count - 1; i >= 0; i--)
        {
            if (IsDue(_connections[i], readyCount))
            {
                turns.Add(_connections[i]);
            }

            RemoveIfOpen(i);
        }
    }

    private static bool IsDue(ILoopConnection connection, int readyCount) =>
        connection.IsConnecting && (readyCount == 0 || connection.WaitsForWake);

    private void RemoveIfOpen(int index)
    {
        if (!_connections[index].IsConnecting)
        {
            _connections.RemoveAt(index);
        }
    }
}
