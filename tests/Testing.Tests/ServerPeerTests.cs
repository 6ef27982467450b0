namespace PollHttp.Testing.Tests;

public class ServerPeerTests
{
    private static (SimulatedNetwork Network, Wire Wire, RecordingScript Script) Serve(Action<ServerPeer> onConnected, TlsBehaviour? tls = null)
    {
        var network = new SimulatedNetwork { Link = new() { Latency = TimeSpan.FromMilliseconds(10) } };
        var script = new RecordingScript { Connected = onConnected };
        network.Listen(Wire.Server, script, new ListenOptions { Tls = tls ?? TlsBehaviour.Accept });
        return (network, new Wire(network), script);
    }

    [Fact]
    public void An_end_comes_after_all_bytes_and_leaves_the_other_direction_open()
    {
        (_, Wire wire, _) = Serve(peer =>
        {
            peer.Send("bye");
            peer.End();
        });
        wire.Open();
        Assert.Equal(("bye", IoStatus.End), wire.ReadToEnd());
        Assert.Equal(IoStatus.Done, wire.Write("still here").Status);
        wire.Dispose();
    }

    [Fact]
    public void A_reset_after_the_data_is_seen_when_all_was_read()
    {
        (_, Wire wire, _) = Serve(peer =>
        {
            peer.Send("last words");
            peer.Reset(afterData: true);
        });
        wire.Open();
        Assert.Equal(("last words", IoStatus.Failed), wire.ReadToEnd());
        Assert.Equal(TransportError.Reset, wire.Transport.Failure.Error);
        wire.Dispose();
    }

    [Fact]
    public void An_immediate_reset_throws_away_what_was_not_read()
    {
        (SimulatedNetwork network, Wire wire, _) = Serve(peer =>
        {
            peer.Send("lost");
            peer.Reset();
        });
        wire.Open();
        network.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal("Failed", wire.ReadText());
        Assert.Equal(IoStatus.Failed, wire.Write("x").Status);
        wire.Dispose();
    }

    [Fact]
    public void A_closed_server_answers_late_bytes_with_a_reset()
    {
        (_, Wire wire, _) = Serve(peer => peer.Close());
        wire.Open();
        Assert.Equal("End", wire.ReadText());
        wire.Write("too late");
        Assert.Equal("End", wire.ReadText());
        ((SimulatedNetwork)wire.Network).Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal("Failed", wire.ReadText());
        wire.Dispose();
    }

    [Fact]
    public void Sends_with_delay_arrive_in_order_each_at_its_time()
    {
        (SimulatedNetwork network, Wire wire, _) = Serve(peer =>
        {
            peer.SendAfter(TimeSpan.FromSeconds(1), "a");
            peer.SendAfter(TimeSpan.FromSeconds(1), "b");
            peer.Send("c");
        });
        wire.Open();
        Assert.Equal("a", wire.ReadText());
        Assert.Equal(TimeSpan.FromMilliseconds(1020), network.Clock.Elapsed);
        Assert.Equal("bc", wire.ReadText());
        Assert.Equal(TimeSpan.FromMilliseconds(2020), network.Clock.Elapsed);
        wire.Dispose();
    }

    [Fact]
    public void A_script_hears_of_its_timers_and_of_the_clients_end()
    {
        (SimulatedNetwork network, Wire wire, RecordingScript script) = Serve(peer => peer.CallAfter(TimeSpan.FromSeconds(1), 42));
        wire.Open();
        network.Advance(TimeSpan.FromSeconds(1));
        wire.Dispose();
        network.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["connected", "timer 42", "end"], script.Log);
    }

    [Fact]
    public void Moving_the_clock_from_within_a_script_is_refused()
    {
        (SimulatedNetwork network, Wire wire, _) = Serve(peer => peer.Network.Advance(TimeSpan.FromSeconds(1)));
        Assert.Throws<InvalidOperationException>(() => network.Advance(TimeSpan.FromSeconds(1)));
        wire.Dispose();
    }

    [Fact]
    public void A_tls_handshake_takes_one_round_trip_and_tells_the_server_the_host()
    {
        ServerPeer? server = null;
        (SimulatedNetwork network, Wire wire, _) = Serve(peer => server = peer);
        Assert.Equal(TransportStatus.Open, wire.OpenTls());
        Assert.Equal(TimeSpan.FromMilliseconds(30), network.Clock.Elapsed);
        Assert.Equal("shop.example", server!.TlsHost);
        server.Send("over tls");
        Assert.Equal("over tls", wire.ReadText());
        wire.Dispose();
        Assert.Equal(0, network.OpenTransports);
    }

    [Fact]
    public void Over_tls_an_end_without_close_notify_is_told_apart()
    {
        (_, Wire cut, _) = Serve(peer => peer.SendAfter(TimeSpan.FromSeconds(1), "x"));
        cut.OpenTls();
        ((SimulatedNetwork)cut.Network).Advance(TimeSpan.FromSeconds(2));
        (_, Wire orderly, _) = Serve(peer => EndLater(peer, static p => p.End()));
        (_, Wire broken, _) = Serve(peer => EndLater(peer, static p => p.EndWithoutCloseNotify()));
        orderly.OpenTls();
        broken.OpenTls();
        Assert.Equal(IoStatus.End, orderly.ReadToEnd().End);
        Assert.Equal(IoStatus.EndWithoutCloseNotify, broken.ReadToEnd().End);
        cut.Dispose();
        orderly.Dispose();
        broken.Dispose();
    }

    private static void EndLater(ServerPeer peer, Action<ServerPeer> end)
    {
        peer.SendAfter(TimeSpan.FromSeconds(1), "x");
        end(peer);
    }

    [Fact]
    public void Tls_fails_as_the_listener_says()
    {
        Assert.Equal((TransportError.Certificate, "expired yesterday"), FailureOf(TlsBehaviour.RejectCertificate("expired yesterday")));
        Assert.Equal(TransportError.TlsHandshake, FailureOf(TlsBehaviour.HandshakeFailure).Error);
        Assert.Equal(TransportError.TlsHandshake, FailureOf(TlsBehaviour.PlainText).Error);
    }

    [Fact]
    public void A_server_that_never_answers_tls_is_found_as_a_deadlock()
    {
        (_, Wire wire, _) = Serve(_ => { }, TlsBehaviour.NeverAnswers);
        Assert.Contains("TLS (Opening)", Assert.Throws<InvalidOperationException>(() => wire.OpenTls()).Message);
        wire.Dispose();
    }

    [Fact]
    public void An_end_during_the_tls_handshake_fails_it()
    {
        (_, Wire wire, _) = Serve(peer => peer.End());
        Assert.Equal(TransportStatus.Failed, wire.OpenTls());
        Assert.Equal(TransportError.TlsHandshake, wire.Transport.Failure.Error);
        wire.Dispose();
    }

    private static (TransportError Error, string Text) FailureOf(TlsBehaviour behaviour)
    {
        (_, Wire wire, _) = Serve(_ => { }, behaviour);
        Assert.Equal(TransportStatus.Failed, wire.OpenTls());
        wire.Dispose();
        return (wire.Transport.Failure.Error, wire.Transport.Failure.Describe());
    }
}
