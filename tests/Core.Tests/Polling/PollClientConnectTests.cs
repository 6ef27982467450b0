using System.Net.Security;
using Xunit;

namespace PollHttp.Core.Tests;

public class PollClientConnectTests
{
    [Fact]
    public void A_new_client_is_disconnected_and_polling_it_does_nothing()
    {
        using PollScene scene = new();
        Assert.Equal(PollStatus.Disconnected, scene.Client.Status);
        Assert.Equal(PollStatus.Disconnected, scene.Client.Poll());
        Assert.Equal(ConnectPhase.None, scene.Client.Phase);
        Assert.Equal(Wants.Nothing, scene.Client.Wants);
        Assert.Equal(TransportInterest.None, scene.Client.Interest);
        Assert.Null(scene.Client.Connection);
        Assert.False(scene.Client.Fault.Exists);
    }

    [Fact]
    public void A_name_starts_at_Resolving_and_ends_at_Connected()
    {
        using PollScene scene = new();
        scene.Client.ConnectToHost(PollScene.Host);
        Assert.Equal(PollStatus.Resolving, scene.Client.Status);
        scene.PollUntil(PollStatus.Connected);
        Assert.Equal(ConnectPhase.Http, scene.Client.Phase);
        Assert.NotNull(scene.Client.Connection);
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("http://10.0.0.1")]
    public void An_address_starts_at_Connecting(string host)
    {
        using PollScene scene = new();
        scene.Client.ConnectToHost(host);
        Assert.Equal(PollStatus.Connecting, scene.Client.Status);
        scene.PollUntil(PollStatus.Connected);
    }

    [Theory]
    [InlineData("::1")]
    [InlineData("[::1]")]
    [InlineData("http://[::1]")]
    public void An_IPv6_literal_is_taken_with_and_without_brackets_and_sent_with_them(string host)
    {
        using PollScene scene = new();
        scene.Client.ConnectToHost(host, 8080);
        Assert.Equal(PollStatus.Connecting, scene.Client.Status);
        scene.PollUntil(PollStatus.Connected);
        scene.Client.Request("GET", "/");
        scene.Settle();
        Assert.Contains("\r\nHost: [::1]:8080\r\n", scene.Received, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("example.org/")]
    [InlineData("http://example.org/")]
    [InlineData("http://example.org/path")]
    [InlineData("https://example.org?x")]
    [InlineData("example.org:80")]
    [InlineData("http://example.org:0")]
    [InlineData("http://example.org:")]
    [InlineData("http://example.org:+80")]
    [InlineData("http://example.org:80:80")]
    [InlineData("http://example.org:65536")]
    [InlineData("http://:80")]
    [InlineData("user@example.org")]
    [InlineData("exa mple.org")]
    [InlineData("example.org\r\n")]
    [InlineData("ftp://example.org")]
    [InlineData("[::1]:80")]
    [InlineData("[::1")]
    public void Anything_after_the_host_is_refused_and_what_was_open_stays(string host)
    {
        using PollScene scene = PollScene.Connected();
        Assert.ThrowsAny<ArgumentException>(() => scene.Client.ConnectToHost(host));
        Assert.Equal(PollStatus.Connected, scene.Client.Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    [InlineData(65536)]
    public void A_port_out_of_range_is_refused(int port)
    {
        using PollScene scene = new();
        Assert.Throws<ArgumentOutOfRangeException>(() => scene.Client.ConnectToHost(PollScene.Host, port));
        Assert.Throws<ArgumentOutOfRangeException>(() => scene.Client.SetHttpProxy("proxy", port));
        Assert.Throws<ArgumentOutOfRangeException>(() => scene.Client.SetHttpsProxy("proxy", port));
    }

    [Fact]
    public void TLS_options_and_http_contradict_each_other()
    {
        using PollScene scene = new();
        Assert.Throws<ArgumentException>(
            () => scene.Client.ConnectToHost("http://example.org", -1, new SslClientAuthenticationOptions()));
    }

    [Theory]
    [InlineData(PollScene.Host, -1, "example.org", 80)]
    [InlineData("HTTP://" + PollScene.Host, 80, "example.org", 80)]
    [InlineData(PollScene.Host, 8080, "example.org:8080", 8080)]
    [InlineData("http://" + PollScene.Host + ":5199", -1, "example.org:5199", 5199)]
    [InlineData("http://" + PollScene.Host + ":5199", 5199, "example.org:5199", 5199)]
    [InlineData("https://" + PollScene.Host + ":80", -1, "example.org:80", 80)]
    [InlineData("HTTP://" + PollScene.Host + ":80", -1, "example.org", 80)]
    [InlineData("https://" + PollScene.Host, -1, "example.org", 443)]
    [InlineData("https://" + PollScene.Host, 80, "example.org:80", 80)]
    public void The_port_goes_into_Host_only_when_it_is_not_the_default_one(string host, int port, string authority, int dialled)
    {
        using PollScene scene = new();
        scene.Client.ConnectToHost(host, port);
        scene.PollUntil(PollStatus.Connected);
        scene.Client.Request("GET", "/");
        scene.Settle();
        Assert.Contains($"\r\nHost: {authority}\r\n", scene.Received, StringComparison.Ordinal);
        Assert.Equal(dialled, scene.DialledPort);
    }

    [Fact]
    public void TLS_options_alone_turn_TLS_on()
    {
        using PollScene scene = new();
        scene.Client.ConnectToHost(PollScene.Host, -1, new SslClientAuthenticationOptions());
        scene.PollUntil(PollStatus.Connected);
        Assert.Equal(443, scene.DialledPort);
        Assert.Equal(1, scene.TlsHandshakes);
    }

    [Fact]
    public void Connecting_again_closes_what_was_open()
    {
        using PollScene scene = PollScene.Connected();
        ITransport first = scene.Client.Connection!;
        scene.Client.ConnectToHost(PollScene.Host);
        Assert.Equal(PollStatus.Resolving, scene.Client.Status);
        scene.PollUntil(PollStatus.Connected);
        Assert.NotSame(first, scene.Client.Connection);
    }

    [Fact]
    public void Close_goes_back_to_Disconnected_from_every_status_and_the_client_is_usable_again()
    {
        using PollScene scene = new();
        void CloseAndCheck(PollStatus expected)
        {
            Assert.Equal(expected, scene.Client.Status);
            scene.Client.Close();
            Assert.Equal(PollStatus.Disconnected, scene.Client.Status);
            Assert.Equal(PollStatus.Disconnected, scene.Client.Poll());
            Assert.Null(scene.Client.Connection);
            Assert.False(scene.Client.Fault.Exists);
        }

        CloseAndCheck(PollStatus.Disconnected);
        scene.Client.ConnectToHost(PollScene.Host);
        CloseAndCheck(PollStatus.Resolving);
        scene.Client.ConnectToHost(PollScene.Address);
        CloseAndCheck(PollStatus.Connecting);
        scene.Connect();
        CloseAndCheck(PollStatus.Connected);
        scene.Connect();
        scene.Client.Request("GET", "/");
        CloseAndCheck(PollStatus.Requesting);
        scene.Connect();
        scene.Client.Request("GET", "/");
        scene.Settle();
        scene.Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
        scene.Settle();
        CloseAndCheck(PollStatus.Body);
        scene.Client.ConnectToHost(PollScene.UnknownHost);
        scene.PollUntil(PollStatus.CantResolve);
        CloseAndCheck(PollStatus.CantResolve);
        scene.Client.ConnectToHost(PollScene.RefusedAddress);
        scene.PollUntil(PollStatus.CantConnect);
        CloseAndCheck(PollStatus.CantConnect);
        scene.Connect();
    }

    [Fact]
    public void A_disposed_client_refuses_commands()
    {
        PollScene scene = PollScene.Connected();
        scene.Client.Dispose();
        scene.Client.Dispose();
        scene.Client.Close();
        Assert.Equal(PollStatus.Disconnected, scene.Client.Status);
        Assert.Throws<ObjectDisposedException>(() => scene.Client.Poll());
        Assert.Throws<ObjectDisposedException>(() => scene.Client.ConnectToHost(PollScene.Host));
        Assert.Throws<ObjectDisposedException>(() => scene.Client.Request("GET", "/"));
    }

    [Fact]
    public void Wants_and_Interest_say_what_to_wait_for()
    {
        using PollScene scene = new();
        scene.Client.ConnectToHost(PollScene.Address);
        Assert.True((scene.Client.Interest & TransportInterest.Immediate) != 0);
        scene.PollUntil(PollStatus.Connected);
        Assert.True(scene.Client.Wants.Readable);
        Assert.True(scene.Client.Wants.Application);
        scene.Client.Request("GET", "/");
        Assert.True(scene.Client.Wants.Writable);
        scene.Settle();
        Assert.False(scene.Client.Wants.Writable);
        Assert.NotEqual(Instant.Never, scene.Client.Wants.Deadline);
        Assert.Equal(TransportInterest.Read, scene.Client.Interest);
    }
}
