using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>A connection that ends before anybody could see it: what the network did is a status, never an exception.</summary>
public class PollClientEndedConnectionTests
{
    private const string Host = "mail.example";

    public static TheoryData<string, FaultKind> Ends() => new()
    {
        { "end", FaultKind.ClosedBeforeResponse },
        { "reset", FaultKind.ConnectionReset },
        { "greeting", FaultKind.UnsolicitedBytes },
        { "greeting and end", FaultKind.UnsolicitedBytes },
        { "greeting and reset", FaultKind.UnsolicitedBytes },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void A_request_on_a_connection_that_ended_at_once_fails_in_the_next_Poll(string end, FaultKind expected)
    {
        using PollClient client = ConnectedTo(end);

        client.Request("POST", "/", (IEnumerable<string>?)null, "content");
        Assert.Equal((PollStatus.Requesting, TransportInterest.Immediate), (client.Status, client.Interest));
        Assert.Equal(PollStatus.ConnectionError, client.Poll());

        Assert.Equal((expected, true), (client.Fault.Kind, client.Fault.Retryable));
        Assert.Contains(Host, client.Fault.Describe(), StringComparison.Ordinal);
        Assert.Null(client.Connection);
        Assert.Equal(PollStatus.ConnectionError, client.Poll());
        client.ConnectToHost(Host);
        Assert.False(client.Fault.Exists);
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public void Without_a_request_the_next_Poll_shows_the_end(string end, FaultKind expected)
    {
        using PollClient client = ConnectedTo(end);
        Assert.Equal(TransportInterest.Immediate, client.Interest);
        Assert.Equal(expected == FaultKind.ConnectionReset ? PollStatus.ConnectionError : PollStatus.Disconnected, client.Poll());
    }

    [Fact]
    public void A_request_that_breaks_a_rule_is_refused_there_too_and_changes_nothing()
    {
        using PollClient client = ConnectedTo("end");
        Assert.Throws<ArgumentException>(() => client.Request("GET", "no path"));
        Assert.Throws<ArgumentException>(() => client.Request("G T", "/"));
        Assert.Throws<ArgumentException>(() => client.Request("GET", "/", (string[])["a: b\nc"]));
        Assert.Throws<ArgumentException>(() => client.Request("GET", "/", (string[])["Connection: nothing"]));
        Assert.Throws<ArgumentException>(() => client.Request("GET", "/" + new string('x', 70_000)));
        Assert.Equal(PollStatus.Connected, client.Status);
    }

    [Fact]
    public void Close_forgets_a_request_that_could_not_be_sent()
    {
        using PollClient client = ConnectedTo("end");
        client.Request("GET", "/");
        client.Close();
        Assert.Equal(PollStatus.Disconnected, client.Poll());
        client.ConnectToHost(Host);
        Assert.NotEqual(PollStatus.ConnectionError, client.Poll());
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    public void An_empty_body_goes_from_Requesting_to_Connected_like_none_at_all(string response)
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("GET", "/");
        scene.Settle();
        scene.Send(response);
        scene.End();
        scene.Flow();
        PollStatus status;
        while ((status = scene.Client.Poll()) == PollStatus.Requesting)
        {
            scene.Flow();
        }

        Assert.Equal(PollStatus.Connected, status);
        Assert.True(scene.Client.HasResponse);
        Assert.Equal(PollStatus.Disconnected, scene.Client.Poll());
        Assert.True(scene.Client.HasResponse);
        Assert.False(scene.Client.Fault.Exists);
    }

    [Fact]
    public void A_refused_call_names_the_failure_that_led_to_it()
    {
        using PollScene scene = new();
        scene.Client.ConnectToHost(PollScene.UnknownHost);
        scene.PollUntil(PollStatus.CantResolve);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => scene.Client.Request("GET", "/"));
        Assert.Equal(
            $"Request is not possible here: the status is CantResolve: {scene.Client.Fault.Describe()}", error.Message);
        Assert.Contains("could not be resolved", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<InvalidOperationException>(() => scene.Client.Detach(out _));
        Assert.Contains("could not be resolved", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void After_Dispose_only_getters_Close_and_Dispose_are_possible()
    {
        PollScene scene = PollScene.Connected();
        PollClient client = scene.Client;
        client.Dispose();
        Assert.Throws<ObjectDisposedException>(() => client.Poll());
        Assert.Throws<ObjectDisposedException>(() => client.ConnectToHost(PollScene.Host));
        Assert.Throws<ObjectDisposedException>(() => client.Request("GET", "/"));
        Assert.Throws<ObjectDisposedException>(client.ReadResponseBodyChunk);
        Assert.Throws<ObjectDisposedException>(() => client.ReadResponseBodyChunk(new byte[1].AsSpan()));
        Assert.Throws<ObjectDisposedException>(() => client.ReadResponseBodyChunk([]));
        Assert.Throws<ObjectDisposedException>(() => client.TryReadResponseBodySlice(out _));
        Assert.Throws<ObjectDisposedException>(() => client.AdvanceBody(0));
        Assert.Throws<ObjectDisposedException>(() => client.SetHttpProxy(null, -1));
        Assert.Throws<ObjectDisposedException>(() => client.SetHttpsProxy(null, -1));
        Assert.Throws<ObjectDisposedException>(() => client.Detach(out _));
        Assert.Throws<ObjectDisposedException>(() => client.BlockingMode = true);
        Assert.Throws<ObjectDisposedException>(() => client.ReadChunkSize = 1024);
        Assert.Throws<ObjectDisposedException>(() => client.Connection = null);
        Assert.Equal((PollStatus.Disconnected, 0, -1L), (client.Status, client.ResponseCode, client.ResponseBodyLength));
        Assert.Empty(client.Contenders);
        client.Close();
        client.Dispose();
    }

    /// <summary>Gets a client over a server that does this as soon as it is connected to: Connected in the very Poll that saw the end.</summary>
    private static PollClient ConnectedTo(string end)
    {
        SimulatedNetwork network = new();
        network.Listen(Host, 80, new AtOnce(end));
        PollClient client = new(network);
        client.ConnectToHost(Host);
        while (client.Status != PollStatus.Connected)
        {
            client.Poll();
            network.Advance(TimeSpan.FromSeconds(1));
        }

        return client;
    }

    private sealed class AtOnce(string end) : IServerScript
    {
        public void OnConnected(ServerPeer peer)
        {
            if (end.StartsWith("greeting", StringComparison.Ordinal))
            {
                peer.Send("220 mail.example ESMTP\r\n");
            }

            if (end.EndsWith("end", StringComparison.Ordinal))
            {
                peer.End();
            }
            else if (end.EndsWith("reset", StringComparison.Ordinal))
            {
                peer.Reset(afterData: true);
            }
        }

        public void OnReceived(ServerPeer peer)
        {
        }

        public void OnEnd(ServerPeer peer)
        {
        }

        public void OnTimer(ServerPeer peer, int token)
        {
        }
    }
}
