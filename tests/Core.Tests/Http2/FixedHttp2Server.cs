namespace PollHttp.Testing.Http2;

/// <summary><see cref="FixedHttp2Answers"/> on the simulated network, for one connection.</summary>
internal sealed class FixedHttp2Server : IServerScript
{
    private readonly FixedHttp2Answers _answers = new();

    public void OnConnected(ServerPeer peer)
    {
    }

    public void OnReceived(ServerPeer peer)
    {
        int taken = _answers.Answer(peer.Received, out ReadOnlySpan<byte> output);
        peer.Consume(taken);
        if (!output.IsEmpty)
        {
            peer.Send(output);
        }
    }

    public void OnEnd(ServerPeer peer) => peer.Close();
}
