using System.Net.Security;
using Moq;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

public class ConnectTunnelTests
{
    private const string Granted = "HTTP/1.1 200 Connection established\r\n\r\n";
    private const string Wanted = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Digest realm=\"p\", nonce=\"1\"\r\n"
        + "Proxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 9\r\n\r\nforbidden";

    private readonly SimulatedNetwork _network = new();

    private static ProxySpec Proxy => new() { Scheme = ProxyScheme.Http, Host = "proxy.example", Port = 3128 };

    private static ConnectionTarget Target => new() { Host = "example.org", Port = 443, Tls = new(), Proxy = Proxy };

    [Fact, Trait("rule", "R-224"), Trait("past", "C-28"), Trait("parity", "P-054"), Trait("parity", "P-163")]
    public void The_head_of_a_CONNECT_has_Host_and_the_User_Agent_only()
    {
        ProxyScript proxy = Listen(Granted);
        using PollConnection connection = Open(Target with { UserAgent = "tool/1" });
        Assert.True(connection.IsOpen);
        Assert.Equal("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\nUser-Agent: tool/1\r\n\r\n", Assert.Single(proxy.Heads));
    }

    [Theory]
    [InlineData("2001:db8::1", "[2001:db8::1]:443")]
    [InlineData("fe80::1%3", "[fe80::1]:443")]
    public void An_IPv6_literal_stands_in_brackets_without_its_zone(string host, string authority)
    {
        ProxyScript proxy = Listen(Granted);
        using PollConnection connection = Open(Target with { Host = host });
        Assert.Equal($"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n", Assert.Single(proxy.Heads));
    }

    [Fact]
    public void Plain_HTTP_can_ask_for_a_tunnel_and_else_needs_none()
    {
        ProxyScript proxy = Listen(Granted);
        using PollConnection tunnelled = Open(Target with { Tls = null, TunnelPlain = true });
        Assert.Single(proxy.Heads);
        using PollConnection direct = Open(Target with { Tls = null });
        Assert.True(tunnelled.IsOpen && direct.IsOpen);
        Assert.Single(proxy.Heads);
    }

    [Fact, Trait("rule", "R-228")]
    public void Credentials_of_the_proxy_go_out_as_Basic_and_appear_in_no_text()
    {
        ProxyScript proxy = Listen("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        ProxySpec spec = Proxy with { UserName = "user", Password = "secret" };
        using PollConnection connection = Open(Target with { Proxy = spec });
        Assert.Contains("\r\nProxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\n", Assert.Single(proxy.Heads), StringComparison.Ordinal);
        Assert.Equal("http://proxy.example:3128", spec.ToString());
        Assert.DoesNotContain("secret", connection.Fault.Describe() + connection.Target, StringComparison.Ordinal);
    }

    [Theory, Trait("rule", "R-225"), Trait("parity", "P-156")]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    public void A_407_is_answered_on_the_same_connection_where_its_framing_allows(int segmentSize)
    {
        _network.Link = new() { SegmentSize = segmentSize };
        ProxyScript proxy = Listen(Wanted, Granted);
        Mock<IProxyAuthenticator> authenticator = Answering("Digest x");
        using PollConnection connection = Open(Target with { ProxyAuthenticator = authenticator.Object });
        Assert.True(connection.IsOpen);
        Assert.Equal(1, _network.TotalDials);
        Assert.Equal(2, proxy.Heads.Count);
        Assert.DoesNotContain("Proxy-Authorization", proxy.Heads[0], StringComparison.Ordinal);
        Assert.Contains("\r\nProxy-Authorization: Digest x\r\n", proxy.Heads[1], StringComparison.Ordinal);
        authenticator.Verify(a => a.Authorize(
            Proxy, "example.org:443", new[] { "Digest realm=\"p\", nonce=\"1\"", "Basic realm=\"p\"" }), Times.Once);
    }

    [Theory, Trait("rule", "R-225")]
    [InlineData("Connection: close\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("Connection: close\r\n\r\nuntil the end")]
    public void A_407_that_ends_the_connection_is_answered_on_a_new_one(string rest)
    {
        ProxyScript proxy = Listen("HTTP/1.1 407 Nope\r\nProxy-Authenticate: Basic realm=\"p\"\r\n" + rest, Granted);
        using PollConnection connection = Open(Target with { ProxyAuthenticator = Answering("Basic x").Object });
        Assert.True(connection.IsOpen);
        Assert.Equal(2, _network.TotalDials);
        Assert.Equal(1, _network.OpenTransports);
        Assert.Contains("\r\nProxy-Authorization: Basic x\r\n", proxy.Heads[1], StringComparison.Ordinal);
    }

    [Fact, Trait("rule", "R-225")]
    public void The_content_of_a_407_is_read_only_so_far_to_keep_the_connection()
    {
        string body = new('x', 200_000);
        Listen($"HTTP/1.1 407 Nope\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: {body.Length}\r\n\r\n{body}", Granted);
        using PollConnection connection = Open(Target with { ProxyAuthenticator = Answering("Basic x").Object });
        Assert.True(connection.IsOpen, connection.Fault.Describe());
        Assert.Equal(2, _network.TotalDials);
    }

    [Fact, Trait("rule", "R-225"), Trait("fault", "F-40")]
    public void A_second_407_stands()
    {
        ProxyScript proxy = Listen(Wanted, Wanted, Wanted);
        using PollConnection connection = Open(Target with { ProxyAuthenticator = Answering("Basic x").Object });
        Assert.Equal((FaultKind.ProxyFailed, 407), (connection.Fault.Kind, connection.Fault.ProxyStatusCode));
        Assert.Equal(2, proxy.Heads.Count);
        Assert.Equal(
            "The proxy made no tunnel to example.org:443 (through the proxy proxy.example:3128; it answered 407 Proxy Authentication Required).",
            connection.Fault.Describe());
    }

    [Fact]
    public void An_authenticator_that_throws_ends_the_connect_and_not_the_loop()
    {
        Listen(Wanted);
        InvalidOperationException thrown = new("no keychain");
        Mock<IProxyAuthenticator> authenticator = new();
        authenticator.Setup(a => a.Authorize(It.IsAny<ProxySpec>(), It.IsAny<string>(), It.IsAny<IReadOnlyList<string>>())).Throws(thrown);
        using PollConnection connection = Open(Target with { ProxyAuthenticator = authenticator.Object });
        Assert.Equal(FaultKind.ProxyFailed, connection.Fault.Kind);
        Assert.Same(thrown, connection.Fault.Transport.Cause);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_answer_that_is_prepared_elsewhere_is_waited_for(bool canAnswer)
    {
        ProxyScript proxy = Listen(Wanted, Granted);
        bool isPrepared = false;
        Mock<IProxyDialogue> dialogue = new();
        dialogue.Setup(d => d.Prepare(It.IsAny<ProxySpec>(), "example.org:443", It.IsAny<IReadOnlyList<string>>())).Returns(() => isPrepared);
        dialogue.Setup(d => d.Authorize(It.IsAny<ProxySpec>(), It.IsAny<string>(), It.Is<IReadOnlyList<string>>(c => c.Count > 0)))
            .Returns(() => isPrepared && canAnswer ? "Negotiate x" : null);
        using PollConnection connection = new(_network, Target with { ProxyAuthenticator = dialogue.Object });
        Drive(connection);
        Assert.Single(proxy.Heads);
        Assert.Equal((ConnectPhase.ProxyTunnel, TransportInterest.None), (connection.Phase, connection.Interest));
        isPrepared = true;
        Drive(connection);
        Assert.Equal(canAnswer ? 2 : 1, proxy.Heads.Count);
        Assert.Equal(canAnswer ? 0 : 407, connection.Fault.ProxyStatusCode);
    }

    [Fact]
    public void A_preparation_that_throws_or_takes_too_long_ends_the_connect()
    {
        Listen(Wanted, Granted);
        InvalidOperationException thrown = new("no ticket");
        Mock<IProxyDialogue> dialogue = new();
        dialogue.Setup(d => d.Prepare(It.IsAny<ProxySpec>(), It.IsAny<string>(), It.IsAny<IReadOnlyList<string>>())).Throws(thrown);
        using PollConnection failed = Open(Target with { ProxyAuthenticator = dialogue.Object });
        Assert.Same(thrown, failed.Fault.Transport.Cause);
        Listen(Wanted, Granted);
        using PollConnection late = Open(Target with { ProxyAuthenticator = Mock.Of<IProxyDialogue>() });
        Assert.Equal((FaultKind.TimedOut, ConnectPhase.ProxyTunnel), (late.Fault.Kind, late.Fault.Phase));
    }

    private void Drive(PollConnection connection)
    {
        for (int i = 0; i < 50; i++)
        {
            connection.Poll();
            _network.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    [Theory, Trait("rule", "R-226"), Trait("past", "C-77")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: https://evil.example/\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n", 302)]
    [InlineData("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 4\r\n\r\nbody", 502)]
    [InlineData("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n", 401)]
    public void No_other_answer_is_taken_for_the_origins(string reply, int status)
    {
        ProxyScript proxy = Listen(reply);
        using PollConnection connection = Open(Target with { ProxyAuthenticator = Answering("Basic x").Object });
        Assert.Equal((FaultKind.ProxyFailed, status), (connection.Fault.Kind, connection.Fault.ProxyStatusCode));
        Assert.Equal(EventKind.Faulted, connection.NextEvent().Kind);
        Assert.Equal(EventKind.Closed, connection.NextEvent().Kind);
        Assert.Equal(1, _network.TotalDials);
        Assert.Single(proxy.Heads);
    }

    [Fact, Trait("rule", "R-224")]
    public void Bytes_behind_the_head_that_come_before_ours_are_refused()
    {
        Listen(Granted + "\x16\x03\x01");
        using PollConnection connection = Open(Target);
        Assert.Contains("sent bytes before anything went through the tunnel", connection.Fault.Describe(), StringComparison.Ordinal);
    }

    [Fact, Trait("rule", "R-227")]
    public void Interim_answers_without_end_are_refused()
    {
        Listen(string.Concat(Enumerable.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 100)));
        using PollConnection connection = Open(Target);
        Assert.Equal(FaultKind.ProxyFailed, connection.Fault.Kind);
    }

    [Fact, Trait("rule", "R-227")]
    public void A_head_without_end_is_refused()
    {
        Listen("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat($"A: {new string('b', 1000)}\r\n", 100)));
        using PollConnection connection = Open(Target);
        Assert.Equal(FaultKind.ProxyFailed, connection.Fault.Kind);
    }

    [Fact, Trait("rule", "R-227"), Trait("fault", "F-40")]
    public void An_answer_cut_at_any_byte_is_a_failure_of_the_proxy()
    {
        for (int length = 0; length < Granted.Length; length++)
        {
            SimulatedNetwork network = new();
            network.Listen("proxy.example", 3128, new ProxyScript(Granted[..length]) { EndsAfterReplies = true });
            using PollConnection connection = ConnectDriver.Open(network, Target);
            Assert.Equal(FaultKind.ProxyFailed, connection.Fault.Kind);
            Assert.Equal(0, network.OpenTransports);
        }
    }

    [Fact, Trait("fault", "F-40")]
    public void A_proxy_that_never_answers_runs_into_the_connect_timeout()
    {
        Listen();
        using PollConnection connection = Open(Target);
        Assert.Equal((FaultKind.TimedOut, ConnectPhase.ProxyTunnel), (connection.Fault.Kind, connection.Fault.Phase));
        Assert.Equal(TimeSpan.FromSeconds(10), _network.Clock.Elapsed);
    }

    [Fact, Trait("past", "C-69")]
    public void A_host_that_would_break_the_head_is_refused_and_nothing_is_sent()
    {
        ProxyScript proxy = Listen(Granted);
        using PollConnection connection = Open(Target with { Host = "example.org\r\nX: y" });
        Assert.Equal(FaultKind.ProxyFailed, connection.Fault.Kind);
        Assert.Empty(proxy.Heads);
    }

    [Fact, Trait("rule", "R-229"), Trait("past", "C-57")]
    public void An_HTTPS_proxy_is_verified_by_its_own_name_and_the_origin_by_its_own_inside()
    {
        ProxyScript proxy = Listen(Granted);
        _network.Trace = [];
        using PollConnection connection = Open(Target with { Proxy = Proxy with { Scheme = ProxyScheme.Https, Tls = new SslClientAuthenticationOptions() } });
        Assert.True(connection.IsOpen);
        Assert.Equal("proxy.example", Assert.Single(proxy.TlsHosts));
        Assert.Equal(2, _network.Trace.Count(line => line.EndsWith("finishes the TLS handshake", StringComparison.Ordinal)));
    }

    [Fact, Trait("rule", "R-229")]
    public void A_failed_handshake_with_the_proxy_is_the_proxys()
    {
        _network.Listen("proxy.example", 3128, new ProxyScript(), new ListenOptions { Tls = TlsBehaviour.RejectCertificate("it is self-signed") });
        using PollConnection connection = Open(Target with { Proxy = Proxy with { Scheme = ProxyScheme.Https } });
        Assert.Equal(
            "The TLS handshake with the proxy for example.org:443 failed (through the proxy proxy.example:3128): it is self-signed.",
            connection.Fault.Describe());
    }

    [Fact, Trait("rule", "R-243"), Trait("fault", "F-13")]
    public void A_server_that_chooses_another_protocol_is_refused()
    {
        _network.Listen("example.org", 443, _ => { }, new ListenOptions { Tls = TlsBehaviour.Choose("h2") });
        using PollConnection connection = Open(Target with { Proxy = null });
        Assert.Equal(FaultKind.TlsFailed, connection.Fault.Kind);
        Assert.Contains("the server chose the protocol h2, which is not HTTP/1.1", connection.Fault.Describe(), StringComparison.Ordinal);
    }

    private static Mock<IProxyAuthenticator> Answering(string authorization)
    {
        Mock<IProxyAuthenticator> authenticator = new();
        authenticator
            .Setup(a => a.Authorize(It.IsAny<ProxySpec>(), It.IsAny<string>(), It.Is<IReadOnlyList<string>>(c => c.Count == 0)))
            .Returns((string?)null);
        authenticator
            .Setup(a => a.Authorize(It.IsAny<ProxySpec>(), It.IsAny<string>(), It.Is<IReadOnlyList<string>>(c => c.Count > 0)))
            .Returns(authorization);
        return authenticator;
    }

    private ProxyScript Listen(params string[] replies)
    {
        ProxyScript proxy = new(replies);
        _network.Listen("proxy.example", 3128, proxy);
        return proxy;
    }

    private PollConnection Open(ConnectionTarget target) => ConnectDriver.Open(_network, target);
}
