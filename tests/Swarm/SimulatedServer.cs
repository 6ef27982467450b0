using System.Net.Security;
using PollHttp.Testing;

namespace PollHttp.Swarm;

/// <summary>The server of a scenario on the simulated network.</summary>
internal sealed class SimulatedServer(Ledger ledger, Scenario scenario) : IServerScript
{
    private readonly List<ServerPeer> _peers = [];

    /// <summary>Gets until when a connection of HTTP/2 is not read.</summary>
    public TimeSpan DeafUntil { get; private set; }

    public void OnConnected(ServerPeer peer)
    {
        peer.State = new SwarmConnection(new(ledger));
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
        var connection = (SwarmConnection)peer.State!;
        if (connection.Feed.Answers == 0 && connection.Http2 is null && scenario.Client.Http2 is { } plan)
        {
            ReadOnlySpan<byte> preface = "PRI "u8;
            int count = Math.Min(preface.Length, peer.Received.Length);
            bool isHttp2 = peer.Received[..count].SequenceEqual(preface[..count]);
            if (isHttp2 && count < preface.Length)
            {
                return;
            }

            if (scenario.Client.IsTls && isHttp2 != (peer.TlsProtocol == SslApplicationProtocol.Http2))
            {
                ledger.Fail("not the protocol that was chosen", $"{(isHttp2 ? "HTTP/2" : "HTTP/1.1")} where TLS chose {peer.TlsProtocol}");
            }

            connection.Http2 = isHttp2 ? new(peer, ledger, plan, scenario.Seed, until => DeafUntil = until > DeafUntil ? until : DeafUntil) : null;
        }

        if (connection.Http2 is { } session)
        {
            session.OnReceived();
        }
        else
        {
            Take(peer, connection.Feed);
        }
    }

    public void OnEnd(ServerPeer peer) => peer.Close();

    public void OnTimer(ServerPeer peer, int token)
    {
        var connection = (SwarmConnection)peer.State!;
        if (connection.Http2 is { } session)
        {
            session.OnTimer(token);
        }
        else if (token == connection.Feed.Answers)
        {
            peer.End(); // an idle connection: with another answer under way, its end would be taken for the end of that answer
        }
    }

    private static void Take(ServerPeer peer, RequestFeed feed)
    {
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
