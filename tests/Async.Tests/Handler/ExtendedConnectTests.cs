using System.Net;
using System.Net.Http.Headers;
using System.Text;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Handler;

/// <summary>Extended CONNECT (RFC 8441) over the handler, in virtual time, against a server with a ledger of its own.</summary>
public sealed class ExtendedConnectTests
{
    private const string Address = "http://server.test/chat?room=1";

    private static readonly (int, uint)[] s_enabled = [(8, 1)];

    private static Http2Reply Echo(ReadOnlyMemory<byte> prefix = default) => new() { Tunnel = piece => (byte[])[.. prefix.Span, .. piece.Span] };

    private static ScriptedHttp2Server EchoServer(params (int Id, uint Value)[] settings) =>
        new(static request => request.Method == "CONNECT" ? Echo() : $"{request.Method} {request.Path}") { Settings = settings };

    private static void Run(IServerScript server, Func<HttpClient, SimulatedNetwork, Task> test, Action<PollHttpHandler>? configure = null, TimeSpan? latency = null)
    {
        SimulatedNetwork network = new() { Link = new() { Latency = latency ?? TimeSpan.FromMilliseconds(20) } };
        network.Listen("server.test", 80, server);
        LoopDrive.Run(
            async loop =>
            {
                PollHttpHandler handler = new(loop);
                configure?.Invoke(handler);
                using HttpClient client = new(handler)
                {
                    Timeout = Timeout.InfiniteTimeSpan,
                    DefaultRequestVersion = HttpVersion.Version20,
                    DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
                };
                await test(client, network);
                await Task.Delay(TimeSpan.FromSeconds(1), network.TimeProvider); // what was sent arrives
            },
            network);
        Assert.Equal(0, network.OpenTransports);
    }

    private static HttpRequestMessage NewRequest(string address = Address) => new(HttpMethod.Connect, address)
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Headers = { Protocol = "websocket" },
    };

    private static async Task<HttpResponseMessage> ConnectAsync(HttpClient client, CancellationToken token = default)
    {
        using HttpRequestMessage request = NewRequest();
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
    }

    private static async Task<string> EchoAsync(Stream stream, string text)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
        byte[] back = new byte[text.Length];
        await stream.ReadExactlyAsync(back);
        return Encoding.ASCII.GetString(back);
    }

    [Fact, Trait("rule", "R2-122"), Trait("rule", "R2-123"), Trait("rule", "R2-150"), Trait("fault", "F2-37"), Trait("fault", "F2-38")]
    public void Stream_goes_both_ways_beside_other_requests_and_its_end_ends_no_connection()
    {
        ScriptedHttp2Server server = EchoServer(s_enabled);
        Run(server, async (client, _) =>
        {
            using (HttpResponseMessage response = await ConnectAsync(client))
            {
                Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (response.StatusCode, response.Version));
                await using Stream stream = await response.Content.ReadAsStreamAsync();
                Assert.Equal((true, true, false), (stream.CanRead, stream.CanWrite, stream.CanSeek));
                Assert.Equal("one", await EchoAsync(stream, "one"));
                Assert.Equal("GET /other", await client.GetStringAsync("http://server.test/other"));
                Assert.Equal("two", await EchoAsync(stream, "two"));
            }

            Assert.Equal("GET /after", await client.GetStringAsync("http://server.test/after"));
        });
        Assert.Equal(
            [":method: CONNECT", ":protocol: websocket", ":scheme: http", ":authority: server.test", ":path: /chat?room=1"],
            server.Requests[0].Fields.Select(static f => $"{f.Key}: {f.Value}"));
        Assert.Equal((1, "onetwo"), (server.ConnectionCount, server.Requests[0].BodyText));
        Assert.Empty(server.Problems);
    }

    [Theory, Trait("rule", "R2-121")]
    [InlineData("ws://server.test/chat", "server.test")]
    [InlineData("http://server.test/chat", "server.test")]
    public void Scheme_may_be_that_of_web_sockets(string address, string authority)
    {
        ScriptedHttp2Server server = EchoServer(s_enabled);
        Run(server, async (client, _) =>
        {
            using HttpRequestMessage request = NewRequest(address);
            request.Content = new StringContent("not sent");
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        });
        Assert.Equal(("http", authority, null), (server.Requests[0].Field(":scheme"), server.Requests[0].Field(":authority"), server.Requests[0].Field("content-length")));
        Assert.Equal("", server.Requests[0].BodyText);
        Assert.Empty(server.Problems);
    }

    [Fact, Trait("rule", "R2-121")]
    public void Server_that_does_not_support_it_is_sent_nothing_and_other_exchanges_go_on()
    {
        ScriptedHttp2Server server = new(static _ => new Http2Reply { Body = "late"u8.ToArray(), Delay = TimeSpan.FromSeconds(1) });
        Run(server, async (client, _) =>
        {
            Task<string> other = client.GetStringAsync(Address);
            HttpRequestException error = await Assert.ThrowsAsync<HttpRequestException>(() => ConnectAsync(client));
            Assert.Equal(HttpRequestError.ExtendedConnectNotSupported, error.HttpRequestError);
            Assert.Equal(false, error.Data["SETTINGS_ENABLE_CONNECT_PROTOCOL"]);
            Assert.False(other.IsCompleted);
            Assert.Equal("late", await other);
            error = await Assert.ThrowsAsync<HttpRequestException>(() => ConnectAsync(client)); // the settings are known now
            Assert.Equal(HttpRequestError.ExtendedConnectNotSupported, error.HttpRequestError);
            Assert.Equal("late", await client.GetStringAsync(Address));
        });
        Assert.Equal((1, "GET GET"), (server.ConnectionCount, string.Join(' ', server.Requests.Select(static r => r.Method))));
        Assert.Empty(server.Problems);
    }

    [Theory, Trait("rule", "R2-121")]
    [InlineData("1.1", HttpVersionPolicy.RequestVersionExact)]
    [InlineData("2.0", HttpVersionPolicy.RequestVersionOrLower)]
    [InlineData("1.1", HttpVersionPolicy.RequestVersionOrHigher)]
    public void Request_that_can_not_have_HTTP_2_is_refused(string version, HttpVersionPolicy policy)
    {
        ScriptedHttp2Server server = EchoServer(s_enabled);
        Run(server, async (client, network) =>
        {
            using HttpRequestMessage request = NewRequest();
            (request.Version, request.VersionPolicy) = (Version.Parse(version), policy);
            HttpRequestException error = await Assert.ThrowsAsync<HttpRequestException>(() => client.SendAsync(request));
            Assert.Equal(HttpRequestError.VersionNegotiationError, error.HttpRequestError);
            Assert.Equal(false, error.Data["HTTP2_ENABLED"]);
            Assert.Equal(0, network.TotalDials);
        });
    }

    [Theory, Trait("rule", "R2-121"), Trait("rule", "R2-009"), Trait("fault", "F2-39")]
    [InlineData("nothing", HttpRequestError.HttpProtocolError, 10)]
    [InlineData("end", HttpRequestError.ResponseEnded, 0)]
    [InlineData("GOAWAY", HttpRequestError.HttpProtocolError, 0)]
    [InlineData("HTTP/1", HttpRequestError.InvalidResponse, 0)]
    public void Connection_on_which_no_settings_come_fails_what_waits_for_them(string sends, HttpRequestError expected, int seconds)
    {
        SettingslessServer server = new(sends switch
        {
            "GOAWAY" => Http2Frame.GoAway(0, 11).ToArray(),
            "HTTP/1" => "HTTP/1.1 400 Bad\r\n\r\n"u8.ToArray(),
            _ => [],
        }, closes: sends != "nothing");
        Run(server, async (client, network) =>
        {
            DateTimeOffset start = network.TimeProvider.GetUtcNow();
            HttpRequestException error = await Assert.ThrowsAsync<HttpRequestException>(() => ConnectAsync(client));
            Assert.Equal(expected, error.HttpRequestError);
            Assert.InRange((network.TimeProvider.GetUtcNow() - start).TotalSeconds, seconds, seconds + 1);
        });
        Assert.DoesNotContain("server.test", Encoding.Latin1.GetString([.. server.Received]));
    }

    [Fact, Trait("rule", "R2-121"), Trait("rule", "R2-132")]
    public void Cancel_while_the_settings_are_awaited_sends_nothing_and_leaves_the_connection()
    {
        ScriptedHttp2Server server = EchoServer(s_enabled);
        Run(new LateServer(server), async (client, network) =>
        {
            using CancellationTokenSource cancel = new(TimeSpan.FromMilliseconds(100), network.TimeProvider);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ConnectAsync(client, cancel.Token));
            Assert.Equal("GET /", await client.GetStringAsync("http://server.test/"));
        });
        Assert.Equal((1, "GET"), (server.ConnectionCount, string.Join(' ', server.Requests.Select(static r => r.Method))));
        Assert.Empty(server.Problems);
    }

    [Fact, Trait("rule", "R2-123")]
    public void Refusal_is_an_ordinary_response_and_ends_the_stream()
    {
        ScriptedHttp2Server server = new(static request => request.Method == "CONNECT" ? Http2Reply.Text("no", 403) : "yes") { Settings = s_enabled };
        Run(server, async (client, _) =>
        {
            using HttpResponseMessage response = await ConnectAsync(client);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            await using Stream stream = await response.Content.ReadAsStreamAsync();
            Assert.False(stream.CanWrite);
            Assert.Equal("no", await new StreamReader(stream).ReadToEndAsync());
            Assert.Equal("yes", await client.GetStringAsync(Address));
        });
        Assert.Equal((1, true, null), (server.ConnectionCount, server.Requests[0].IsWhole, server.Requests[0].ResetCode));
        Assert.Empty(server.Problems);
    }

    [Fact, Trait("rule", "R2-123")]
    public void Challenge_is_answered_with_another_CONNECT()
    {
        ScriptedHttp2Server server = new(static request => request.Field("authorization") is null
            ? new Http2Reply { Status = 401, Fields = [("www-authenticate", "Basic realm=\"x\"")] }
            : Echo())
        {
            Settings = s_enabled,
        };
        Run(
            server,
            async (client, _) =>
            {
                using HttpResponseMessage response = await ConnectAsync(client);
                Assert.Equal("hello", await EchoAsync(await response.Content.ReadAsStreamAsync(), "hello"));
            },
            static handler => handler.Credentials = new NetworkCredential("user", "secret"));
        Assert.Equal((1, 2), (server.ConnectionCount, server.Requests.Count));
        Assert.Empty(server.Problems);
    }

    [Fact, Trait("rule", "R2-127")]
    public void Refused_stream_is_begun_again()
    {
        int count = 0;
        ScriptedHttp2Server server = new(request => count++ < 2 ? new Http2Reply { Frames = [Http2Frame.Reset(request.StreamId, 7)] } : Echo()) { Settings = s_enabled };
        Run(server, async (client, _) =>
        {
            using HttpResponseMessage response = await ConnectAsync(client);
            Assert.Equal("hello", await EchoAsync(await response.Content.ReadAsStreamAsync(), "hello"));
        });
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact, Trait("rule", "R2-123"), Trait("rule", "R2-040")]
    public void Reset_by_the_server_fails_reads_and_writes_with_its_code_and_leaves_the_connection()
    {
        ScriptedHttp2Server server = new(static request => request.Method != "CONNECT" ? "yes" : new Http2Reply
        {
            Frames = [Http2Frame.Headers(request.StreamId, false, (":status", "200")), Http2Frame.Data(request.StreamId, "last"), Http2Frame.Reset(request.StreamId, 2)],
        })
        {
            Settings = s_enabled,
        };
        Run(server, async (client, _) =>
        {
            using HttpResponseMessage response = await ConnectAsync(client);
            await using Stream stream = await response.Content.ReadAsStreamAsync();
            byte[] buffer = new byte[100];
            Assert.Equal(4, await stream.ReadAsync(buffer));
            Assert.Equal(2, (await Assert.ThrowsAsync<HttpProtocolException>(async () => await stream.ReadExactlyAsync(buffer))).ErrorCode);
            Assert.Equal(2, (await Assert.ThrowsAsync<HttpProtocolException>(async () => await stream.WriteAsync(buffer))).ErrorCode);
            Assert.Equal("yes", await client.GetStringAsync(Address));
        });
        Assert.Equal(1, server.ConnectionCount);
        Assert.Empty(server.Problems);
    }

    [Fact, Trait("rule", "R2-123")]
    public void Server_may_end_its_side_first()
    {
        ScriptedHttp2Server server = new(static request => request.Method != "CONNECT" ? "yes" : new Http2Reply
        {
            Frames = [Http2Frame.Headers(request.StreamId, false, (":status", "200")), Http2Frame.Data(request.StreamId, "bye", true)],
        })
        {
            Settings = s_enabled,
        };
        Run(server, async (client, _) =>
        {
            using (HttpResponseMessage response = await ConnectAsync(client))
            {
                await using Stream stream = await response.Content.ReadAsStreamAsync();
                byte[] buffer = new byte[100];
                Assert.Equal(3, await stream.ReadAsync(buffer));
                Assert.Equal(0, await stream.ReadAsync(buffer));
                await stream.WriteAsync("still here"u8.ToArray());
            }

            Assert.Equal("yes", await client.GetStringAsync(Address));
        });
        Assert.Equal(("still here", true, null), (server.Requests[0].BodyText, server.Requests[0].IsWhole, server.Requests[0].ResetCode));
        Assert.Equal(1, server.ConnectionCount);
        Assert.Empty(server.Problems);
    }

    [Fact, Trait("rule", "R2-123")]
    public void Tunnel_that_ends_with_its_head_can_still_be_written_to()
    {
        ScriptedHttp2Server server = new(static request => new Http2Reply { Frames = [Http2Frame.Headers(request.StreamId, true, (":status", "200"))] }) { Settings = s_enabled };
        Run(server, async (client, _) =>
        {
            using HttpResponseMessage response = await ConnectAsync(client);
            await using Stream stream = await response.Content.ReadAsStreamAsync();
            await stream.WriteAsync("one-way"u8.ToArray());
            Assert.Equal(0, await stream.ReadAsync(new byte[1]));
        });
        Assert.Equal(("one-way", true), (server.Requests[0].BodyText, server.Requests[0].IsWhole));
        Assert.Empty(server.Problems);
    }

    [Theory, Trait("rule", "R2-133")]
    [InlineData(true)]
    [InlineData(false)]
    public void Response_that_is_disposed_unread_ends_its_stream(bool serverEndsFirst)
    {
        ScriptedHttp2Server server = new(request => request.Method != "CONNECT" ? "yes" : serverEndsFirst
            ? new Http2Reply { Frames = [Http2Frame.Headers(request.StreamId, true, (":status", "200"))] }
            : Echo())
        {
            Settings = [.. s_enabled, (3, 1)],
        };
        Run(server, async (client, _) =>
        {
            (await ConnectAsync(client)).Dispose();
            Assert.Equal("yes", await client.GetStringAsync(Address)); // the only place is free again
        });
        Assert.Equal(1, server.ConnectionCount);
        Assert.Empty(server.Problems);
    }

    [Theory, Trait("rule", "R2-132")]
    [InlineData(true)]
    [InlineData(false)]
    public void Canceled_read_or_write_resets_the_tunnel_alone(bool isRead)
    {
        ScriptedHttp2Server server = new(static request => request.Method == "CONNECT" ? Echo() : "yes") { Settings = s_enabled, GivesCredit = false };
        Run(server, async (client, network) =>
        {
            using HttpResponseMessage response = await ConnectAsync(client);
            await using Stream stream = await response.Content.ReadAsStreamAsync();
            Assert.Equal("a", await EchoAsync(stream, "a"));
            using CancellationTokenSource cancel = new(TimeSpan.FromSeconds(1), network.TimeProvider);
            OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                if (isRead)
                {
                    await stream.ReadExactlyAsync(new byte[1], cancel.Token);
                }
                else
                {
                    await stream.WriteAsync(new byte[200_000], cancel.Token);
                }
            });
            Assert.Equal(cancel.Token, error.CancellationToken);
            await Assert.ThrowsAnyAsync<Exception>(async () => await stream.WriteAsync(new byte[1]));
            await Assert.ThrowsAnyAsync<Exception>(async () => await stream.ReadExactlyAsync(new byte[1]));
            Assert.Equal("yes", await client.GetStringAsync(Address));
        });
        Assert.Equal((1, 8u), (server.ConnectionCount, server.Requests[0].ResetCode));
        Assert.Empty(server.Problems);
    }

    [Fact, Trait("rule", "R2-068"), Trait("rule", "R2-072")]
    public void Much_data_goes_through_both_ways_within_the_windows()
    {
        ScriptedHttp2Server server = EchoServer(s_enabled);
        byte[] sent = new byte[1_000_000];
        new Random(1).NextBytes(sent);
        Run(
            server,
            async (client, _) =>
            {
                using HttpResponseMessage response = await ConnectAsync(client);
                await using Stream stream = await response.Content.ReadAsStreamAsync();
                Task writing = stream.WriteAsync(sent).AsTask();
                byte[] back = new byte[sent.Length];
                await stream.ReadExactlyAsync(back);
                await writing;
                Assert.Equal(sent, back);
            },
            latency: TimeSpan.FromMilliseconds(1));
        Assert.Empty(server.Problems);
    }

    [Fact, Trait("rule", "R2-074"), Trait("rule", "R2-150"), Trait("fault", "F2-23")]
    public void Tunnels_that_are_not_read_hold_up_no_other_exchange()
    {
        ScriptedHttp2Server server = new(static request => request.Method == "CONNECT"
            ? new Http2Reply { Tunnel = static piece => new byte[1000 * piece.Length] }
            : new Http2Reply { Body = new byte[300_000] })
        {
            Settings = s_enabled,
        };
        Run(server, async (client, _) =>
        {
            List<HttpResponseMessage> tunnels = [];
            for (int i = 0; i < 20; i++)
            {
                HttpResponseMessage response = await ConnectAsync(client);
                tunnels.Add(response);
                await (await response.Content.ReadAsStreamAsync()).WriteAsync(new byte[100]);
            }

            Assert.Equal(300_000, (await client.GetByteArrayAsync(Address)).Length);
            tunnels.ForEach(static t => t.Dispose());
        });
        Assert.Equal(1, server.ConnectionCount);
        Assert.Empty(server.Problems);
    }

    [Fact, Trait("rule", "R2-136"), Trait("rule", "R2-149")]
    public void Tunnel_outlives_the_lifetime_of_its_connection_for_others_and_the_handler()
    {
        ScriptedHttp2Server server = EchoServer(s_enabled);
        Run(
            server,
            async (client, network) =>
            {
                using HttpResponseMessage response = await ConnectAsync(client);
                await using Stream stream = await response.Content.ReadAsStreamAsync();
                await Task.Delay(TimeSpan.FromMinutes(2), network.TimeProvider);
                Assert.Equal("GET /", await client.GetStringAsync("http://server.test/"));
                Assert.Equal("one", await EchoAsync(stream, "one"));
                client.Dispose();
                Assert.Equal("two", await EchoAsync(stream, "two"));
            },
            static handler => handler.PooledConnectionLifetime = TimeSpan.FromMinutes(1));
        Assert.Equal(2, server.ConnectionCount);
        Assert.Empty(server.Problems);
    }

    [Theory, Trait("rule", "R2-136"), Trait("rule", "R2-121")]
    [InlineData(false)]
    [InlineData(true)]
    public void Tunnel_that_waits_for_settings_is_made_though_its_connection_becomes_too_old(bool byOther)
    {
        ScriptedHttp2Server server = EchoServer(s_enabled);
        Run(
            new LateServer(server),
            async (client, network) =>
            {
                Task<HttpResponseMessage> connecting = ConnectAsync(client);
                await Task.Delay(TimeSpan.FromSeconds(0.5), network.TimeProvider);
                Task<string>? other = byOther ? client.GetStringAsync("http://server.test/") : null; // and for others it is too old
                using HttpResponseMessage response = await connecting;
                await using Stream stream = await response.Content.ReadAsStreamAsync();
                Assert.Equal("one", await EchoAsync(stream, "one"));
                Assert.Equal(byOther ? "GET /" : null, other is null ? null : await other);
            },
            handler => handler.PooledConnectionLifetime = TimeSpan.FromSeconds(byOther ? 0.4 : 0));
        Assert.Empty(server.Problems);
    }

    [Fact]
    public void Two_writes_at_a_time_are_refused()
    {
        ScriptedHttp2Server server = new(static _ => Echo()) { Settings = s_enabled, GivesCredit = false };
        Run(server, async (client, _) =>
        {
            using HttpResponseMessage response = await ConnectAsync(client);
            Stream stream = await response.Content.ReadAsStreamAsync();
            Task first = stream.WriteAsync(new byte[200_000]).AsTask();
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.WriteAsync(new byte[1]));
            await stream.DisposeAsync();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => first);
        });
        Assert.Empty(server.Problems);
    }

    [Theory, Trait("rule", "R2-123")]
    [InlineData(false)]
    [InlineData(true)]
    public void End_that_comes_with_the_head_ends_the_reading(bool withData)
    {
        ScriptedHttp2Server server = new(request => request.Method != "CONNECT"
            ? new Http2Reply { Body = Encoding.ASCII.GetBytes($"GET {request.Path}"), Delay = TimeSpan.FromSeconds(request.Path == "/slow" ? 1 : 0) }
            : new Http2Reply
            {
                Frames =
                [
                    Http2Frame.Headers(request.StreamId, endStream: !withData, (":status", "200")),
                    .. withData ? [Http2Frame.Data(request.StreamId, "", endStream: true)] : Array.Empty<Http2Frame>(),
                    Http2Frame.Reset(request.StreamId, 0),
                ],
            })
        {
            Settings = s_enabled,
        };
        Run(server, async (client, network) =>
        {
            HttpResponseMessage response = await ConnectAsync(client);
            Stream stream = await response.Content.ReadAsStreamAsync();
            await Task.Delay(TimeSpan.FromSeconds(1), network.TimeProvider); // the stream has ended both ways
            await Assert.ThrowsAnyAsync<IOException>(async () => await stream.WriteAsync(new byte[1])); // the last that holds the stream
            Task<string> next = client.GetStringAsync("http://server.test/slow"); // takes the place of the tunnel
            Task<int> read = stream.ReadAsync(new byte[1]).AsTask();
            Assert.Equal((true, false), (read.IsCompleted, next.IsCompleted));
            Assert.Equal(0, await read);
            Assert.Equal("GET /slow", await next);
            response.Dispose();
            Assert.Equal("GET /last", await client.GetStringAsync("http://server.test/last"));
        });
        Assert.Equal((1, 3), (server.ConnectionCount, server.Requests.Count));
        Assert.Empty(server.Problems);
    }

    /// <summary>A server that sends its SETTINGS after a second.</summary>
    private sealed class LateServer(ScriptedHttp2Server server) : IServerScript
    {
        private const int Start = -1;

        public void OnConnected(ServerPeer peer) => peer.CallAfter(TimeSpan.FromSeconds(1), Start);

        public void OnReceived(ServerPeer peer)
        {
            if (peer.State is not null)
            {
                server.OnReceived(peer);
            }
        }

        public void OnEnd(ServerPeer peer) => server.OnEnd(peer);

        public void OnTimer(ServerPeer peer, int token)
        {
            if (token != Start)
            {
                server.OnTimer(peer, token);
                return;
            }

            server.OnConnected(peer);
            server.OnReceived(peer);
        }
    }

    /// <summary>A server that sends no SETTINGS.</summary>
    private sealed class SettingslessServer(byte[] sends, bool closes) : IServerScript
    {
        public List<byte> Received { get; } = [];

        public void OnConnected(ServerPeer peer)
        {
        }

        public void OnReceived(ServerPeer peer)
        {
            Received.AddRange(peer.Received);
            peer.Consume(peer.Received.Length);
            peer.Send(sends);
            if (closes)
            {
                peer.Close();
            }
        }

        public void OnEnd(ServerPeer peer) => peer.Close();
    }
}
