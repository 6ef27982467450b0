using System.Net.Security;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>What a request looks like depends on the connection it is sent on, not on the one before.</summary>
public class PollClientReconnectTests
{
    private const string Method = "GET";
    private const string Path = "/x";
    private const string Absolute = "http://example.org/x";
    private const string Host = PollScene.Host;

    [Fact]
    public void A_target_used_again_takes_the_form_of_each_connection()
    {
        using PollScene scene = new();
        Assert.Equal("GET /x HTTP/1.1", LineOf(scene, Path));
        scene.Client.SetHttpProxy(PollScene.ProxyHost, 3128);
        Assert.Equal("GET http://example.org/x HTTP/1.1", LineOf(scene, Path));
        Assert.Equal("GET http://example.org/x HTTP/1.1", LineOf(scene, Absolute));
        scene.Client.SetHttpProxy(null, -1);
        Assert.Equal("GET /x HTTP/1.1", LineOf(scene, Absolute));
        Assert.Equal("GET /x HTTP/1.1", LineOf(scene, Path));
    }

    [Fact]
    public void A_target_of_plain_HTTP_is_refused_over_TLS_also_when_it_was_used_before()
    {
        using PollScene scene = new();
        Assert.Equal("GET /x HTTP/1.1", LineOf(scene, Absolute));
        scene.Client.ConnectToHost(Host, tls: new SslClientAuthenticationOptions { TargetHost = Host });
        scene.PollUntil(PollStatus.Connected);
        Assert.Throws<ArgumentException>(() => scene.Client.Request(Method, Absolute));
        Assert.Equal(PollStatus.Connected, scene.Client.Status);
    }

    [Fact]
    public void A_target_of_one_host_is_refused_by_another_also_when_it_was_used_before()
    {
        using PollScene scene = new();
        Assert.Equal("GET /x HTTP/1.1", LineOf(scene, Absolute));
        scene.Client.ConnectToHost(PollScene.Address);
        scene.PollUntil(PollStatus.Connected);
        Assert.Throws<ArgumentException>(() => scene.Client.Request(Method, Absolute));
    }

    [Fact]
    public void A_head_used_again_takes_the_form_and_the_host_of_each_connection()
    {
        using PollScene scene = new();
        RequestHead head = new() { Target = Path };
        foreach ((string host, bool viaProxy) in (ReadOnlySpan<(string, bool)>)[(Host, false), (Host, true), (PollScene.Address, false), (PollScene.Address, true), (Host, false)])
        {
            scene.Client.SetHttpProxy(viaProxy ? PollScene.ProxyHost : null, 3128);
            scene.Client.ConnectToHost(host);
            scene.PollUntil(PollStatus.Connected);
            scene.Client.Request(head);
            scene.Settle();
            Assert.StartsWith($"GET {(viaProxy ? "http://" + host : "")}/x HTTP/1.1\r\nHost: {host}\r\n", scene.Received, StringComparison.Ordinal);
        }
    }

    private static string LineOf(PollScene scene, string target)
    {
        scene.Connect();
        scene.Client.Request(Method, target);
        scene.Settle();
        return scene.Received.Split("\r\n")[0];
    }
}
