using System.Net;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Polled;

/// <summary>Which connection a download uses, and what an outer loop can wait for.</summary>
public sealed class PollDownloadConnectionTests : IDisposable
{
    private readonly PollDownloadScene _scene = new();

    [Fact]
    public void The_next_download_from_the_same_origin_uses_the_same_connection()
    {
        _scene.Serve(r => ServerReply.Text(r.Target));
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal((PollDownloadResult.Success, $"/{i}"), (_scene.Run($"http://files.test/{i}"), _scene.Text));
        }

        Assert.Equal((1, PollStatus.Connected), (_scene.Network.TotalDials, _scene.Download.Status));
        _scene.Serve(_ => ServerReply.Text("other"), "other.test");
        Assert.Equal(PollDownloadResult.Success, _scene.Run("http://other.test/"));
        Assert.Equal((2, 1), (_scene.Network.TotalDials, _scene.Network.OpenTransports));
    }

    [Fact]
    public void Redirects_within_an_origin_use_one_connection_also_when_they_have_a_body()
    {
        _scene.Serve(r => r.Target == "/3" ? ServerReply.Text("there") : $"HTTP/1.1 302 F\r\nLocation: /{r.Target[1] - '0' + 1}\r\nContent-Length: 4\r\n\r\ngone");
        Assert.Equal((PollDownloadResult.Success, "there", 3), (_scene.Run("http://files.test/0"), _scene.Text, _scene.Download.Redirects));
        Assert.Equal(1, _scene.Network.TotalDials);
    }

    [Theory]
    [InlineData(AfterReply.End)]
    [InlineData(AfterReply.Reset)]
    public void A_kept_connection_that_ended_is_replaced(AfterReply then)
    {
        _scene.Serve(_ => new("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") { Then = then });
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal((PollDownloadResult.Success, "hi"), (_scene.Run(), _scene.Text));
            _scene.Network.Advance(TimeSpan.FromSeconds(i));
        }

        Assert.Equal(3, _scene.Network.TotalDials);
    }

    [Fact]
    public void A_kept_connection_that_ends_at_the_request_is_replaced_once()
    {
        int connections = 0;
        int requests = 0;
        _scene.Network.Listen("files.test", 80, peer =>
        {
            if (peer.Received.IndexOf("\r\n\r\n"u8) < 0)
            {
                return;
            }

            peer.Consume(peer.Received.Length);
            requests++;
            if (peer.State is null)
            {
                peer.State = ++connections;
                peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
            }
            else
            {
                peer.Close();
            }
        });
        Assert.Equal(PollDownloadResult.Success, _scene.Run());
        Assert.Equal((PollDownloadResult.Success, "hi"), (_scene.Run(), _scene.Text));
        Assert.Equal((2, 3), (connections, requests));
    }

    [Fact]
    public void A_request_that_may_not_be_sent_twice_gets_a_connection_of_its_own()
    {
        _scene.Serve(_ => ServerReply.Text("hi"));
        _scene.Options.Method = "POST";
        Assert.Equal(PollDownloadResult.Success, _scene.Run());
        Assert.Equal(PollDownloadResult.Success, _scene.Run());
        Assert.Equal(2, _scene.Network.TotalDials);
    }

    [Fact]
    public void Other_settings_of_the_connection_take_another_one()
    {
        _scene.Serve(_ => ServerReply.Text("direct"));
        _scene.Serve(_ => ServerReply.Text("proxied"), "proxy.test", 3128);
        Assert.Equal((PollDownloadResult.Success, "direct"), (_scene.Run(), _scene.Text));
        _scene.Options.HttpProxy = new("http://proxy.test:3128");
        Assert.Equal((PollDownloadResult.Success, "proxied"), (_scene.Run(), _scene.Text));
        _scene.Options.HttpProxy = null;
        Assert.Equal((PollDownloadResult.Success, "direct"), (_scene.Run(), _scene.Text));
        _scene.Serve(_ => ServerReply.Text("tls"), port: 443);
        Assert.Equal((PollDownloadResult.Success, "tls"), (_scene.Run("https://files.test/"), _scene.Text));
        _scene.Options.Tls = new() { TargetHost = "files.test" };
        int before = _scene.Network.TotalDials;
        Assert.Equal((PollDownloadResult.Success, "tls"), (_scene.Run("https://files.test/"), _scene.Text));
        Assert.Equal((before + 1, 1), (_scene.Network.TotalDials, _scene.Network.OpenTransports));
    }

    [Fact]
    public void A_connection_that_was_switched_is_not_used_again()
    {
        _scene.Serve(r => r.Header("Upgrade") is null ? ServerReply.Text("hi") : "HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n");
        _scene.Options.Headers.Add(new("Upgrade", "x"));
        _scene.Options.Headers.Add(new("Connection", "Upgrade"));
        Assert.Equal(PollDownloadResult.UnexpectedStatus, _scene.Run());
        _scene.Options.AcceptAnyStatus = true;
        Assert.Equal((PollDownloadResult.Success, 101), (_scene.Run(), _scene.Download.ResponseCode));
        _scene.Options.Headers.Clear();
        Assert.Equal((PollDownloadResult.Success, "hi"), (_scene.Run(), _scene.Text));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000)]
    public void An_outer_loop_that_waits_for_what_is_said_ends_in_time_and_does_not_spin(int bytesAPoll)
    {
        IPAddress silent = IPAddress.Parse("10.0.0.1");
        IPAddress good = IPAddress.Parse("10.0.0.2");
        _scene.Network.AddHost("two.test", silent, good);
        _scene.Network.BlackHole(new IPEndPoint(silent, 80));
        _scene.Network.Listen(new IPEndPoint(good, 80), new ScriptedHttpServer(_ =>
            new("HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n" + new string('x', 50_000)) { DribbleSize = 5_000, DribbleDelay = TimeSpan.FromMilliseconds(10) }));
        PollDownload download = _scene.Download;
        using IPoller poller = _scene.Network.CreatePoller();
        List<ITransport> ready = [];
        int polls = 0;
        for (int round = 0; round < 2; round++)
        {
            TimeSpan start = _scene.Network.Clock.Elapsed;
            _scene.Got.SetLength(0);
            download.Start(new("http://two.test/"), _scene.Got);
            while (download.Poll(bytesAPoll == 0 ? default : new PollBudget { Bytes = bytesAPoll }) == PollDownloadResult.InProgress)
            {
                Assert.True(++polls < 2_000, "The loop spins.");
                Wait();
            }

            Assert.Equal((PollDownloadResult.Success, 50_000L), (download.Result, _scene.Got.Length));
            Assert.InRange((_scene.Network.Clock.Elapsed - start).TotalMilliseconds, 90, 450);
            Assert.Equal((TransportInterest.None, Wants.Nothing), (download.Interest, download.Wants));
        }

        void Wait()
        {
            TransportInterest interest = download.Interest;
            if ((interest & TransportInterest.Immediate) != 0)
            {
                return;
            }

            List<ITransport> transports = [.. download.Contenders];
            transports.ForEach(t => poller.Set(t, t.GetInterest(TransportInterest.None)));
            if (download.Connection is { } main && interest != TransportInterest.None)
            {
                poller.Set(main, interest);
                transports.Add(main);
            }

            TimeSpan timeout = download.Wants.Deadline == Instant.Never
                ? Timeout.InfiniteTimeSpan
                : download.Wants.Deadline - Instant.Now(_scene.Network.TimeProvider);
            poller.Wait(timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan ? TimeSpan.Zero : timeout, ready);
            ready.Clear();
            transports.ForEach(t => poller.Set(t, TransportInterest.None));
        }
    }

    public void Dispose() => _scene.Dispose();
}
