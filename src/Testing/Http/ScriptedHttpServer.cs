namespace PollHttp.Testing;

/// <summary>
/// Reads whole requests (strictly: a client that sends bad framing gets a 400) and answers each with the next reply of a list, or with the
/// result of a function.
/// </summary>
public sealed class ScriptedHttpServer : IServerScript
{
    private readonly List<ServerRequest> _requests = [];
    private readonly List<string> _problems = [];
    private readonly Func<ServerRequest, ServerReply> _answer;

    /// <summary>Initializes a server that answers with the result of a function.</summary>
    public ScriptedHttpServer(Func<ServerRequest, ServerReply> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        _answer = answer;
    }

    /// <summary>
    /// Initializes a server that answers with these replies, one per request, over all connections; a further request throws. A string
    /// converts to a reply.
    /// </summary>
    public ScriptedHttpServer(params ServerReply[] replies)
        : this(NextOf(replies))
    {
    }

    /// <summary>
    /// Gets or sets a value indicating whether the server sends 100 to a request that expects 100-continue; true by default.
    /// </summary>
    public bool SendsContinue { get; init; } = true;

    /// <summary>Gets the requests received, in order.</summary>
    public IReadOnlyList<ServerRequest> Requests => _requests;

    /// <summary>Gets the errors in requests that got a 400.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <inheritdoc/>
    public void OnConnected(ServerPeer peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        peer.State = new RequestReader(peer.ConnectionNumber);
    }

    /// <inheritdoc/>
    public void OnReceived(ServerPeer peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        var reader = (RequestReader)peer.State!;
        try
        {
            while (reader.TryRead(peer.Received, out int consumed) is { } request)
            {
                peer.Consume(consumed);
                _requests.Add(request);
                _answer(request).SendTo(peer);
            }
        }
        catch (FormatException problem)
        {
            _problems.Add(problem.Message);
            peer.Send("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"u8);
            peer.Close();
            return;
        }

        if (SendsContinue && reader.TakeExpectation())
        {
            peer.Send("HTTP/1.1 100 Continue\r\n\r\n"u8);
        }
    }

    /// <inheritdoc/>
    public void OnEnd(ServerPeer peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        peer.Close();
    }

    private static Func<ServerRequest, ServerReply> NextOf(ServerReply[] replies)
    {
        int next = 0;
        return request => next < replies.Length
            ? replies[next++]
            : throw new InvalidOperationException(
                $"The scripted server has {replies.Length} replies and got one request more: {request.Method} {request.Target}.");
    }
}
