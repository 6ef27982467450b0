using System.Net;
using PollHttp.Core;
using PollHttp.Testing;
using PollHttp.Tests.Exchanges;
using Xunit;

namespace PollHttp.Tests.Handler;

/// <summary>Servers of HTTP/2 that stop answering: the connection ends with a code, which is a protocol error as with the platform, not a timeout of the call.</summary>
public sealed class SilentHttp2ServerTests
{
    private const string Address = "http://a.test/";
    private const long ProtocolError = 1;
    private const long SettingsTimeout = 4;

    [Theory, Trait("rule", "R2-057")]
    [InlineData(false)]
    [InlineData(true)]
    public void Ping_without_an_answer_is_a_protocol_error(bool isInBody) => RunHandler(
        new SilentServer { Acknowledges = true, Answers = isInBody },
        ProtocolError,
        seconds: 8,
        static handler => (handler.KeepAlivePingDelay, handler.KeepAlivePingTimeout) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(3)));

    [Theory, Trait("rule", "R2-009")]
    [InlineData(false)]
    [InlineData(true)]
    public void Settings_without_an_acknowledgement_are_a_protocol_error(bool isInBody) =>
        RunHandler(new SilentServer { Answers = isInBody }, SettingsTimeout, seconds: 10, static _ => { });

    [Theory, Trait("rule", "R2-009")]
    [InlineData(false)]
    [InlineData(true)]
    public void Client_has_the_fault_in_its_own_exception(bool isInBody)
    {
        using World world = new();
        world.Network.Listen("a.test", 80, new SilentServer { Answers = isInBody });
        RequestOptions exact = new() { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        Task<byte[]> reading = world.Client.GetByteArrayAsync(Address, exact);
        world.Drive(() => reading.IsCompleted);
        Exception error = Assert.Single(reading.Exception!.InnerExceptions);
        (HttpRequestError kind, Fault fault) = error switch
        {
            PollHttpIOException body when isInBody => (body.HttpRequestError, body.Fault),
            PollHttpException head when !isInBody => (head.HttpRequestError, head.Fault),
            _ => throw error,
        };
        Assert.Equal((HttpRequestError.HttpProtocolError, FaultKind.TimedOut, TimerKind.Settings), (kind, fault.Kind, fault.Timer));
        Assert.Equal(SettingsTimeout, Assert.IsType<HttpProtocolException>(error.InnerException).ErrorCode);
        Assert.Contains("10 s", error.Message, StringComparison.Ordinal);
    }

    private static void RunHandler(SilentServer server, long code, int seconds, Action<PollHttpHandler> configure)
    {
        using World world = new();
        world.Network.Listen("a.test", 80, server);
        PollHttpHandler handler = new(world.Loop);
        configure(handler);
        using HttpClient client = new(handler)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        Task<HttpResponseMessage> sending = client.GetAsync(Address, HttpCompletionOption.ResponseHeadersRead);
        world.Drive(() => sending.IsCompleted);
        if (server.Answers)
        {
            using Stream body = sending.Result.Content.ReadAsStream();
            byte[] buffer = new byte[10];
            Assert.Equal(4, world.Run(body.ReadAsync(buffer).AsTask()));
            for (int i = 0; i < 2; i++)
            {
                Task<int> rest = body.ReadAsync(buffer).AsTask();
                world.Drive(() => rest.IsCompleted);
                Assert.Equal(code, Assert.IsType<HttpProtocolException>(rest.Exception!.InnerException).ErrorCode);
            }
        }
        else
        {
            HttpRequestException error = Assert.IsType<HttpRequestException>(sending.Exception!.InnerException);
            Assert.Equal(HttpRequestError.HttpProtocolError, error.HttpRequestError);
            Assert.Equal(code, Assert.IsType<HttpProtocolException>(error.InnerException).ErrorCode);
        }

        Assert.InRange(world.Network.Clock.Elapsed.TotalSeconds, seconds, seconds + 1);
    }

    /// <summary>A server that sends its SETTINGS, and then no more than it is told to.</summary>
    private sealed class SilentServer : IServerScript
    {
        /// <summary>Gets a value indicating whether the settings of the client are acknowledged.</summary>
        public bool Acknowledges { get; init; }

        /// <summary>Gets a value indicating whether the first request gets a head and four bytes of a body.</summary>
        public bool Answers { get; init; }

        public void OnConnected(ServerPeer peer) => ScriptedHttp2Server.Send(peer, Http2Frame.Settings());

        public void OnReceived(ServerPeer peer)
        {
            peer.Consume(peer.Received.Length);
            if (peer.State is not null)
            {
                return;
            }

            peer.State = this;
            if (Acknowledges)
            {
                ScriptedHttp2Server.Send(peer, Http2Frame.SettingsAck());
            }

            if (Answers)
            {
                ScriptedHttp2Server.Send(peer, Http2Frame.Headers(1, false, (":status", "200")));
                ScriptedHttp2Server.Send(peer, Http2Frame.Data(1, "part"));
            }
        }

        public void OnEnd(ServerPeer peer) => peer.Close();
    }
}
