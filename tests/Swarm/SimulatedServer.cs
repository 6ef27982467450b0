using PollHttp.Testing;

namespace PollHttp.Swarm;

/// <summary>The server of a scenario on the simulated network.</summary>
internal sealed class SimulatedServer(Ledger ledger) : IServerScript
{
    private readonly List<ServerPeer> _peers = [];

    public void OnConnected(ServerPeer peer)
    {
        peer.State = new RequestFeed(ledger);
        _peers.Add(peer);
    }

    /// <summary>Resets every connection, as a process does that is ended.</summary>
    public void Break()
    {
        _peers.ForEach(static p => p.Reset());
        _peers.Clear();
    }

    public void OnReceived(ServerPeer peer)
    {
        var feed = (RequestFeed)peer.State!;
        try
        {
            while (peer.Received.Length > 0)
            {
                bool hadHead = feed.Call is not null;
                peer.Consume(feed.Take(peer.Received));
                if (!hadHead && feed.Call is { } call && !OnHead(peer, feed, call))
                {
                    return;
                }

                if (feed.IsComplete)
                {
                    OnComplete(peer, feed);
                }
            }
        }
        catch (FormatException)
        {
            peer.Reset();
        }
    }

    public void OnEnd(ServerPeer peer) => peer.Close();

    /// <summary>Ends an idle connection. With another answer under way it is none: its end would be taken for the end of that answer.</summary>
    public void OnTimer(ServerPeer peer, int token)
    {
        if (token == ((RequestFeed)peer.State!).Answers)
        {
            peer.End();
        }
    }

    private static bool OnHead(ServerPeer peer, RequestFeed feed, CallPlan call)
    {
        if (call.Answer.IsEarly || (call.Answer is { IsDeaf: true, NeverAnswers: false }))
        {
            Give(peer, feed);
        }
        else if (feed.ExpectsContinue && !feed.IsComplete)
        {
            peer.Send("HTTP/1.1 100 Continue\r\n\r\n");
        }

        if (call.Answer.IsDeaf)
        {
            peer.StopReading();
        }

        return !call.Answer.IsDeaf;
    }

    private static void OnComplete(ServerPeer peer, RequestFeed feed)
    {
        if (!feed.Call!.Answer.IsEarly && !feed.Call.Answer.NeverAnswers)
        {
            Give(peer, feed);
        }

        feed.Reset();
    }

    private static void Give(ServerPeer peer, RequestFeed feed)
    {
        int number = feed.BeginAnswer();
        foreach (AnswerStep step in Answer.Compose(feed.Call!, feed.Hop, feed.AcceptsCoding))
        {
            switch (step.Kind)
            {
                case StepKind.Send:
                    peer.Send(step.Bytes.Span);
                    break;
                case StepKind.Wait:
                    peer.Pause(step.Time);
                    break;
                case StepKind.End:
                    peer.End();
                    break;
                case StepKind.Reset:
                    peer.Reset(afterData: true);
                    break;
                case StepKind.ResetNow:
                    peer.Reset();
                    break;
                default:
                    peer.CallAfter(step.Time, number);
                    break;
            }
        }
    }
}
