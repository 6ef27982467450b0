namespace PollHttp.Testing;

/// <summary>
/// Implements an HTTP/2 server (RFC 9113) on a simulated network, by prior knowledge or with <see cref="TlsBehaviour.Choose"/>. It answers
/// each request with the result of a function, and keeps its own ledger of ids, windows and ends. An error of the client ends the
/// connection with GOAWAY and is added to <see cref="Problems"/>, which a test should find empty.
/// </summary>
/// <remarks>
/// <code>
/// ScriptedHttp2Server server = new(request => request.Path == "/" ? "hello" : Http2Reply.Text("no", 404));
/// network.Listen("example.test", 80, server);
/// </code>
/// Time is that of the network. Thread safety: not safe for use from two threads at once.
/// </remarks>
public sealed class ScriptedHttp2Server : IServerScript
{
    private readonly Func<Http2Request, Http2Reply?> _answer;
    private readonly List<Http2Request> _requests = [];
    private readonly List<string> _problems = [];
    private readonly List<Http2Frame> _frames = [];

    /// <summary>Initializes a server that answers with the result of a function; if that is null, not at all.</summary>
    public ScriptedHttp2Server(Func<Http2Request, Http2Reply?> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        _answer = answer;
    }

    /// <summary>Initializes a server that answers every request with the same text.</summary>
    public ScriptedHttp2Server(string latin1)
        : this(_ => latin1)
    {
    }

    /// <summary>Gets the settings that are sent first.</summary>
    public IReadOnlyList<(int Id, uint Value)> Settings { get; init; } = [];

    /// <summary>Gets or sets a value indicating whether a request is answered when its head has arrived, not when it is complete.</summary>
    public bool AnswersEarly { get; init; }

    /// <summary>
    /// Gets or sets a value indicating whether the client's windows are refilled as it sends; otherwise it can send no more than the
    /// initial windows. True by default.
    /// </summary>
    public bool GivesCredit { get; init; } = true;

    /// <summary>Gets the requests whose heads have arrived, in order.</summary>
    public IReadOnlyList<Http2Request> Requests => _requests;

    /// <summary>Gets the errors of the client.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Gets the frames received, over all connections.</summary>
    public IReadOnlyList<Http2Frame> Frames => _frames;

    /// <summary>Gets the maximum number of streams that were open at a time on one connection.</summary>
    public int MostOpenStreams { get; private set; }

    /// <summary>Gets the number of connections made.</summary>
    public int ConnectionCount { get; private set; }

    /// <inheritdoc/>
    public void OnConnected(ServerPeer peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ConnectionCount++;
        Http2ServerConnection connection = new(this, peer);
        peer.State = connection;
        Send(peer, Http2Frame.Settings([.. Settings]));
    }

    /// <inheritdoc/>
    public void OnReceived(ServerPeer peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ((Http2ServerConnection)peer.State!).OnReceived();
    }

    /// <inheritdoc/>
    public void OnEnd(ServerPeer peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        peer.Close();
    }

    /// <inheritdoc/>
    public void OnTimer(ServerPeer peer, int token)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ((Http2ServerConnection)peer.State!).OnTimer(token);
    }

    /// <summary>Sends any frame on a connection.</summary>
    public static void Send(ServerPeer peer, Http2Frame frame)
    {
        ArgumentNullException.ThrowIfNull(peer);
        peer.Send(frame.ToArray());
    }

    internal Http2Reply? Answer(Http2Request request) => _answer(request);

    internal void NoteRequest(Http2Request request, int openStreams)
    {
        _requests.Add(request);
        MostOpenStreams = Math.Max(MostOpenStreams, openStreams);
    }

    internal void NoteFrame(Http2Frame frame) => _frames.Add(frame);

    internal void NoteProblem(string problem) => _problems.Add(problem);
}
