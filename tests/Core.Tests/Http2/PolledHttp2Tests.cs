using System.Buffers;
using System.Net.Security;
using System.Text;
using PollHttp.Core.Http2;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>HTTP/2 through <see cref="PollConnection"/> on a simulated network, against a server with a ledger of its own.</summary>
public sealed class PolledHttp2Tests
{
    private static ConnectionTarget Target(HttpVersions versions, bool isTls = false) => new()
    {
        Host = "example.test",
        Port = 80,
        Versions = versions,
        Tls = isTls ? new SslClientAuthenticationOptions() : null,
    };

    private static SimulatedNetwork Network(IServerScript server, ListenOptions? options = null)
    {
        SimulatedNetwork network = new();
        network.Listen("example.test", 80, server, options);
        return network;
    }

    [Fact, Trait("rule", "R2-005")]
    public void GET_over_prior_knowledge()
    {
        ScriptedHttp2Server server = new(static request => Http2Reply.Text($"hello {request.Path}"));
        Conversation talk = new(Network(server), Target(HttpVersions.Http2));
        ExchangeId id = talk.Get("/a");
        talk.Run();
        Assert.Equal("head 200; hello /a; end", talk.Log(id));
        Assert.Empty(server.Problems);
        Http2Request request = Assert.Single(server.Requests);
        Assert.Equal(("GET", "/a", "http", "example.test"), (request.Method, request.Path, request.Field(":scheme"), request.Field(":authority")));
        talk.Close();
    }

    [Theory, Trait("rule", "R2-004"), Trait("rule", "R2-005")]
    [InlineData((int)HttpVersions.Http2, "h2", "2.0")]
    [InlineData((int)(HttpVersions.Http1 | HttpVersions.Http2), "h2", "2.0")]
    [InlineData((int)(HttpVersions.Http1 | HttpVersions.Http2), "http/1.1", "1.1")]
    [InlineData((int)(HttpVersions.Http1 | HttpVersions.Http2), "", "1.1")]
    [InlineData((int)HttpVersions.Http2, "http/1.1", "UnsupportedVersion")]
    [InlineData((int)HttpVersions.Http2, "", "UnsupportedVersion")]
    [InlineData((int)HttpVersions.Http1, "h2", "TlsFailed")]
    [InlineData((int)HttpVersions.Http2, "h3", "TlsFailed")]
    public void ALPN_decides_what_is_spoken(int versions, string chosen, string expected)
    {
        TlsBehaviour tls = chosen.Length == 0 ? TlsBehaviour.Accept : TlsBehaviour.Choose(chosen);
        Conversation talk = new(Network(new ScriptedHttp2Server("x"), new ListenOptions { Tls = tls }), Target((HttpVersions)versions, isTls: true));
        Assert.Equal(expected, talk.Connection.IsOpen ? talk.Connection.Http.Protocol.ToString(2) : talk.Connection.Fault.Kind.ToString());
        talk.Close();
    }

    [Fact, Trait("rule", "R2-037")]
    public void Fifty_exchanges_at_once_with_bodies_both_ways_end_as_each_would_alone()
    {
        ScriptedHttp2Server server = new(static request => new Http2Reply
        {
            Body = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat($"{request.Path}:{request.BodyText.Length};", 2_000))),
            Trailers = [("x-sum", request.BodyText.Length.ToString(System.Globalization.CultureInfo.InvariantCulture))],
        })
        { Settings = [(3, 64)] };
        Conversation talk = new(Network(server), Target(HttpVersions.Http2));
        List<ExchangeId> ids = [];
        for (int i = 0; i < 50; i++)
        {
            ids.Add(i % 2 == 0 ? talk.Get($"/{i}") : talk.Post($"/{i}", new byte[i * 5_000]));
        }

        talk.Run();
        for (int i = 0; i < 50; i++)
        {
            int length = i % 2 == 0 ? 0 : i * 5_000;
            string body = string.Concat(Enumerable.Repeat($"/{i}:{length};", 2_000));
            Assert.Equal($"head 200; {body}; end {length}", talk.Log(ids[i]));
        }

        Assert.Empty(server.Problems);
        Assert.InRange(server.MostOpenStreams, 25, 50);
        talk.Close();
    }

    [Fact]
    public void Server_that_speaks_HTTP_1_is_recognized()
    {
        Conversation talk = new(Network(new ScriptedHttpServer("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")), Target(HttpVersions.Http2));
        ExchangeId id = talk.Get("/");
        talk.Run();
        Assert.Equal("fault UnsupportedVersion", talk.Log(id));
        talk.Close();
    }

    /// <summary>Polls one connection until nothing moves.</summary>
    private sealed class Conversation
    {
        private readonly IPoller _poller;
        private readonly Dictionary<ExchangeId, StringBuilder> _logs = [];
        private readonly List<ITransport> _ready = [];

        public Conversation(SimulatedNetwork network, ConnectionTarget target)
        {
            _poller = network.CreatePoller();
            Connection = ConnectDriver.Open(network, target);
        }

        public PollConnection Connection { get; }

        public ExchangeId Get(string path) => Begin(new RequestHead { Target = path, Authority = "example.test" }, ContentFraming.None);

        public ExchangeId Post(string path, byte[] content)
        {
            ExchangeId id = Begin(new RequestHead { Method = "POST", Target = path, Authority = "example.test" }, ContentFraming.OfLength(content.Length));
            if (content.Length > 0)
            {
                Connection.Http.Write(id, content);
                Connection.Http.FinishBody(id);
            }

            return id;
        }

        public string Log(ExchangeId id) => _logs[id].ToString();

        public void Run()
        {
            for (int i = 0; i < 100_000 && Connection.Phase == ConnectPhase.Http; i++)
            {
                Connection.Poll();
                Drain();
                if (Connection.Phase != ConnectPhase.Http || Connection.Http.OpenExchanges == 0)
                {
                    return;
                }

                Wait();
            }
        }

        public void Close()
        {
            if (Connection.Transport is { } transport)
            {
                _poller.Set(transport, TransportInterest.None);
            }

            Connection.Close();
            _poller.Dispose();
        }

        private ExchangeId Begin(RequestHead head, ContentFraming content)
        {
            ExchangeId id = Connection.Http.Begin(head, content, Connection.Now);
            _logs[id] = new();
            return id;
        }

        private void Drain()
        {
            ConnectionEvent happened;
            while ((happened = Connection.NextEvent()).Kind != EventKind.None)
            {
                if (happened.Exchange.Value == 0)
                {
                    continue;
                }

                HttpExchange exchange = new(Connection.Http, happened.Exchange);
                StringBuilder log = _logs[happened.Exchange];
                switch (happened.Kind)
                {
                    case EventKind.ResponseHead:
                        log.Append($"head {exchange.ResponseHead.StatusCode}; ");
                        break;
                    case EventKind.BodyData:
                        log.Append(Encoding.Latin1.GetString(exchange.Body.ToArray()));
                        Connection.Http.ConsumeBody(happened.Exchange, exchange.Body.Length);
                        break;
                    case EventKind.EndOfResponse:
                        log.Append("; end").Append(exchange.Trailers.Count > 0 ? " " + exchange.Trailers[0].Value : "");
                        break;
                    case EventKind.Faulted:
                        log.Append($"fault {exchange.Fault.Kind}");
                        break;
                }
            }
        }

        private void Wait()
        {
            Instant deadline = Connection.Wants.Deadline;
            _poller.Set(Connection.Transport!, Connection.Interest);
            _poller.Wait(deadline == Instant.Never ? Timeout.InfiniteTimeSpan : deadline < Connection.Now ? TimeSpan.Zero : deadline - Connection.Now, _ready);
            _ready.Clear();
        }
    }
}
