using System.Net;
using System.Net.Sockets;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>What servers do wrong, over every network and drive: one typed error with host, phase and bytes, and a client that works on.</summary>
public sealed class BadServerTests
{
    public static TheoryData<string> Settings() => Setting.AllAndSync();

    public static TheoryData<string> PlainSettings() => Setting.Plain();

    [Theory]
    [MemberData(nameof(Settings))]
    [Trait("fault", "F-26")]
    public void A_close_inside_the_head_says_how_far_it_came(string setting) =>
        Expect<PollHttpException>(setting, new("HTTP/1.1 200 OK\r\nConte") { Then = AfterReply.End }, (error, _) =>
        {
            Assert.Equal((HttpRequestError.ResponseEnded, FaultKind.TruncatedHead), (error.HttpRequestError, error.Fault.Kind));
            Assert.Contains("after 22 bytes", error.Message, StringComparison.Ordinal);
        });

    [Theory]
    [MemberData(nameof(Settings))]
    [Trait("fault", "F-24")]
    public void A_close_without_a_byte_is_no_response(string setting) =>
        Expect<PollHttpException>(setting, new("") { Then = AfterReply.End }, (error, _) =>
        {
            Assert.Equal((HttpRequestError.ResponseEnded, FaultKind.ClosedBeforeResponse), (error.HttpRequestError, error.Fault.Kind));
            Assert.True(error.RequestMayHaveBeenProcessed);
        });

    [Theory]
    [MemberData(nameof(Settings))]
    [Trait("fault", "F-26")]
    public void A_close_inside_a_body_of_known_length_says_what_is_missing(string setting) =>
        Expect<PollHttpIOException>(setting, new("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabcd") { Then = AfterReply.End }, (error, got) =>
        {
            Assert.Equal((HttpRequestError.ResponseEnded, FaultKind.TruncatedBody), (error.HttpRequestError, error.Fault.Kind));
            Assert.Contains("4 of 10", error.Message, StringComparison.Ordinal);
            Assert.Equal("abcd", got);
        });

    [Theory]
    [MemberData(nameof(Settings))]
    [Trait("fault", "F-26")]
    public void A_close_inside_a_chunk_says_how_far_it_came(string setting) =>
        Expect<PollHttpIOException>(setting, new("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n5\r\nfg") { Then = AfterReply.End }, (error, got) =>
        {
            Assert.Equal(FaultKind.TruncatedBody, error.Fault.Kind);
            Assert.Contains("after 7 bytes", error.Message, StringComparison.Ordinal);
            Assert.Equal("abcdefg", got);
        });

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_chunk_with_a_bad_size_breaks_the_body_off(string setting) =>
        Expect<PollHttpIOException>(setting, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nxyz\r\n", (error, got) =>
        {
            Assert.Equal((HttpRequestError.InvalidResponse, FaultKind.MalformedChunkSize), (error.HttpRequestError, error.Fault.Kind));
            Assert.Equal("abc", got);
        });

    [Theory]
    [MemberData(nameof(Settings))]
    public void Rubbish_in_place_of_HTTP_is_refused(string setting) =>
        Expect<PollHttpException>(setting, "SSH-2.0-OpenSSH_9.6\r\n", (error, _) =>
        {
            Assert.Equal((HttpRequestError.InvalidResponse, FaultKind.MalformedStatusLine), (error.HttpRequestError, error.Fault.Kind));
            Assert.Contains("no HTTP/1 status line", error.Message, StringComparison.Ordinal);
        });

    [Theory]
    [MemberData(nameof(PlainSettings))]
    [Trait("fault", "F-11")]
    public void HTTP_to_a_port_that_speaks_TLS_is_refused(string setting) =>
        Expect<PollHttpException>(setting, new(new byte[] { 0x15, 3, 1, 0, 2, 2, 0x46 }) { Then = AfterReply.End }, (error, _) =>
            Assert.Equal((HttpRequestError.InvalidResponse, FaultKind.MalformedStatusLine), (error.HttpRequestError, error.Fault.Kind)));

    [Theory]
    [MemberData(nameof(PlainSettings))]
    [Trait("fault", "F-06")]
    public void A_port_where_nobody_listens_is_a_refused_connection(string setting) =>
        Play.Run(setting, new ScriptedHttpServer(_ => ServerReply.Text("x")), async scene =>
        {
            using Socket taken = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            taken.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // ours, and nobody listens
            int port = ((IPEndPoint)taken.LocalEndPoint!).Port;
            PollHttpException error = await Assert.ThrowsAsync<PollHttpException>(
                () => scene.Client.GetAsync($"http://127.0.0.1:{port}/"));
            Assert.Equal((HttpRequestError.ConnectionError, ConnectPhase.Tcp), (error.HttpRequestError, error.Fault.Phase));
            Assert.False(error.RequestMayHaveBeenProcessed);
            Assert.Contains($"127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
            Assert.Contains("refused", error.Message, StringComparison.OrdinalIgnoreCase);
            await scene.AssertUsableAsync();
        });

    [Theory]
    [MemberData(nameof(PlainSettings))]
    [Trait("fault", "F-01")]
    public void A_name_that_does_not_exist_is_named(string setting) =>
        Play.Run(setting, new ScriptedHttpServer(_ => ServerReply.Text("x")), async scene =>
        {
            PollHttpException error = await Assert.ThrowsAsync<PollHttpException>(() => scene.Client.GetAsync("http://no-such-host.invalid/"));
            Assert.Equal((HttpRequestError.NameResolutionError, ConnectPhase.Resolve), (error.HttpRequestError, error.Fault.Phase));
            Assert.Contains("no-such-host.invalid", error.Message, StringComparison.Ordinal);
            Assert.False(error.RequestMayHaveBeenProcessed);
            await scene.AssertUsableAsync();
        });

    [Theory]
    [InlineData("sockets, manual, http")]
    [InlineData("sockets, run, http")]
    [InlineData("sockets, background, http")]
    [Trait("fault", "F-11")]
    public void HTTPS_to_a_port_that_speaks_HTTP_fails_in_the_handshake(string setting) =>
        Play.Run(setting, new PlainServer(), async scene =>
        {
            PollHttpException error = await Assert.ThrowsAsync<PollHttpException>(
                () => scene.Client.GetAsync(new UriBuilder(scene.Address) { Scheme = "https" }.Uri));
            Assert.Equal((HttpRequestError.SecureConnectionError, ConnectPhase.Tls), (error.HttpRequestError, error.Fault.Phase));
            Assert.Contains("localhost", error.Message, StringComparison.Ordinal);
            Assert.False(error.RequestMayHaveBeenProcessed);
            await scene.AssertUsableAsync();
        });

    [Theory]
    [InlineData("plain")]
    [InlineData("refuses")]
    [InlineData("untrusted")]
    [Trait("fault", "F-12")]
    public void A_handshake_that_fails_sends_nothing_of_the_request(string how)
    {
        using ManualScene scene = new();
        ScriptedHttpServer server = new();
        scene.Network.Listen("tls.test", 443, server, new()
        {
            Tls = how switch
            {
                "plain" => TlsBehaviour.PlainText,
                "refuses" => TlsBehaviour.HandshakeFailure,
                _ => TlsBehaviour.RejectCertificate("the certificate has expired"),
            },
        });
        scene.Serve(new ScriptedHttpServer(_ => ServerReply.Text("x")));

        PollHttpException error = Assert.Throws<PollHttpException>(() => scene.Await(scene.Client.GetAsync("https://tls.test/")));

        Assert.Equal((HttpRequestError.SecureConnectionError, FaultKind.TlsFailed), (error.HttpRequestError, error.Fault.Kind));
        Assert.Contains("tls.test", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
        scene.AssertUsable();
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 0)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n", 0)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nhello", 5)]
    [Trait("fault", "F-26")]
    public void A_response_cut_or_reset_at_any_byte_is_never_taken_for_a_whole_one(string response, int wholeFromEnd)
    {
        foreach (AfterReply end in (AfterReply[])[AfterReply.End, AfterReply.Reset])
        {
            for (int cut = 0; cut < response.Length; cut++)
            {
                using ManualScene scene = new();
                scene.Serve(new ScriptedHttpServer(r => r.Target == "/again" ? ServerReply.Text("x") : new ServerReply(response[..cut]) { Then = end }));
                (string got, Exception? error) = scene.Await(ReadAsync(() => scene.Client.GetAsync("http://server.test/")));

                bool isWhole = end == AfterReply.End && wholeFromEnd > 0 && cut >= response.Length - wholeFromEnd; // a close is this body's end
                Assert.True(isWhole == error is null, $"cut at {cut}: {error}");
                Assert.StartsWith(got, "hello", StringComparison.Ordinal);
                scene.Settle();
                Assert.Equal(0, scene.Network.OpenTransports);
                scene.AssertUsable();
            }
        }
    }

    private static void Expect<T>(string setting, ServerReply bad, Action<T, string> check)
        where T : Exception =>
        Play.Run(setting, new ScriptedHttpServer(r => r.Target == "/again" ? ServerReply.Text("x") : bad), async scene =>
        {
            (string got, Exception? error) = await ReadAsync(() => scene.GetAsync("/bad"));
            T typed = Assert.IsType<T>(error);
            Assert.Contains(scene.Address.Host, typed.Message, StringComparison.Ordinal);
            check(typed, got);
            await scene.AssertUsableAsync();
        });

    private static async Task<(string Got, Exception? Error)> ReadAsync(Func<Task<Response>> send)
    {
        MemoryStream bytes = new();
        try
        {
            using Response response = await send();
            await foreach (ReadOnlyMemory<byte> slice in response.Body)
            {
                bytes.Write(slice.Span);
            }

            return (System.Text.Encoding.Latin1.GetString(bytes.ToArray()), null);
        }
        catch (Exception error)
        {
            return (System.Text.Encoding.Latin1.GetString(bytes.ToArray()), error);
        }
    }

    /// <summary>A server that has never heard of TLS: answers whatever it can't read with a 400.</summary>
    private sealed class PlainServer : IServerScript
    {
        public void OnConnected(ServerPeer peer)
        {
        }

        public void OnReceived(ServerPeer peer)
        {
            bool isRequest = peer.Received.StartsWith("GET "u8);
            peer.Consume(peer.Received.Length);
            peer.Send(isRequest ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" : "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
            if (!isRequest)
            {
                peer.End();
            }
        }

        public void OnEnd(ServerPeer peer) => peer.Close();
    }
}
