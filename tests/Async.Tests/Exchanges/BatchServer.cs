using PollHttp.Testing;

namespace PollHttp.Tests.Exchanges;

/// <summary>
/// A server of HTTP/2 that answers in batches: frames of several streams and of the connection in one piece or in two, in an order that is drawn from a
/// seed. Its attempts say what it sent.
/// </summary>
internal sealed class BatchServer : IServerScript
{
    private const int Flush = -1;

    private readonly Random _random;
    private readonly ScriptedHttp2Server _inner;
    private readonly Dictionary<int, BatchConnection> _connections = [];

    public BatchServer(Random random)
    {
        _random = random;
        GivesCredit = random.Next(5) > 0;
        _inner = new(Take) { AnswersEarly = true, GivesCredit = GivesCredit };
    }

    /// <summary>Gets the requests that were received, in this order.</summary>
    public List<BatchAttempt> Attempts { get; } = [];

    /// <summary>Gets the lines of what was sent and of what calls came to.</summary>
    public List<string> Log { get; } = [];

    /// <summary>Gets the errors of the client.</summary>
    public IReadOnlyList<string> Problems => _inner.Problems;

    /// <summary>Gets a value indicating whether the windows of the client are refilled.</summary>
    public bool GivesCredit { get; }

    /// <summary>Gets or sets a value indicating whether each request is answered in full from now on.</summary>
    public bool IsCalm { get; set; }

    public void OnConnected(ServerPeer peer)
    {
        BatchConnection connection = new(peer, Http2Frame.Settings((8, 1), (3, (uint)_random.Next(1, 6))));
        _connections.Add(peer.ConnectionNumber, connection);
        _inner.OnConnected(peer);
        Schedule(connection);
    }

    public void OnReceived(ServerPeer peer)
    {
        _inner.OnReceived(peer);
        Schedule(_connections[peer.ConnectionNumber]);
    }

    public void OnEnd(ServerPeer peer) => _inner.OnEnd(peer);

    public void OnTimer(ServerPeer peer, int token)
    {
        if (token != Flush)
        {
            _inner.OnTimer(peer, token);
            return;
        }

        BatchConnection connection = _connections[peer.ConnectionNumber];
        connection.IsScheduled = false;
        if (!connection.IsOver)
        {
            Send(connection);
        }

        if (connection.HasMore)
        {
            Schedule(connection);
        }
    }

    private void Schedule(BatchConnection connection)
    {
        if (!connection.IsScheduled && !connection.IsOver)
        {
            connection.IsScheduled = true;
            connection.Peer.CallAfter(TimeSpan.FromMilliseconds(_random.Next(4) * _random.Next(30)), Flush);
        }
    }

    private Http2Reply? Take(Http2Request request)
    {
        BatchConnection connection = _connections[request.ConnectionNumber];
        BatchAttempt attempt = new(request, Attempts.Count, connection);
        attempt.Plan(_random, IsCalm);
        Attempts.Add(attempt);
        connection.Attempts.Add(attempt);
        return null;
    }

    /// <summary>Sends a batch: some of the frames that are due, and seldom a GOAWAY among them or the end of the connection after them.</summary>
    private void Send(BatchConnection connection)
    {
        List<byte> batch = [];
        if (connection.TakeSettings() is { } settings)
        {
            batch.AddRange(settings.ToArray());
        }

        BatchAttempt[] due = [.. connection.Attempts.Where(static a => a.HasMore)];
        int frames = due.Length == 0 ? 0 : _random.Next(1, 4 * due.Length);
        int goAwayAt = !IsCalm && _random.Next(12) == 0 ? _random.Next(frames + 1) : -1;
        for (int i = 0; i <= frames; i++)
        {
            if (i == goAwayAt)
            {
                Add(batch, connection, connection.NewGoAway(_random));
            }

            if (i < frames && Array.FindAll(due, static a => a.HasMore) is { Length: > 0 } left)
            {
                BatchAttempt attempt = left[_random.Next(left.Length)];
                Http2Frame frame = attempt.Next();
                if (attempt.Request.ResetCode is null && !connection.IsDeafTo(attempt.Request.StreamId))
                {
                    Add(batch, connection, frame);
                    attempt.OnSent(frame);
                }
            }
        }

        byte[] bytes = [.. batch];
        int cut = _random.Next(3) == 0 ? _random.Next(bytes.Length + 1) : bytes.Length;
        Log.Add($"{connection} {cut} of {bytes.Length} octets");
        connection.Peer.Send(bytes.AsSpan(0, cut));
        connection.Peer.SendAfter(TimeSpan.FromMilliseconds(cut < bytes.Length ? _random.Next(20) : 0), bytes.AsSpan(cut));
        if (!IsCalm && _random.Next(40) == 0)
        {
            Log.Add($"{connection} ends");
            connection.End(_random);
        }
    }

    private void Add(List<byte> batch, BatchConnection connection, Http2Frame frame)
    {
        Log.Add($"{connection} {frame.Type} {frame.Flags} {frame.StreamId} of {frame.Payload.Length}");
        batch.AddRange(frame.ToArray());
    }
}
