using System.Net;
using System.Net.Sockets;
using System.Text;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

/// <summary>Connecting to where the caller says, not where the name leads.</summary>
public class EndPointTests
{
    private static readonly IPEndPoint s_own = new(IPAddress.Parse("10.9.9.9"), 81);

    private static ScriptedHttpServer Serve(World world, EndPoint endPoint, Func<ServerRequest, ServerReply> answer)
    {
        ScriptedHttpServer server = new(answer);
        world.Network.Listen(endPoint, server);
        return server;
    }

    [Fact]
    [Trait("ask", "A-27")]
    public void A_client_may_connect_everything_to_one_end_point()
    {
        using World world = new(o =>
        {
            o.EndPoint = s_own;
            o.Proxy = new WebProxy("http://proxy.test:1"); // not for what goes to a fixed place
        });
        ScriptedHttpServer server = Serve(world, s_own, r => World.Reply(200, body: r.Header("Host")!));
        Assert.Equal("a.test", world.GetText("http://a.test/"));
        Assert.Equal("b.test:8080", world.GetText("http://b.test:8080/"));
        Assert.Equal([1, 2], server.Requests.Select(r => r.ConnectionNumber)); // another origin, another connection
    }

    [Fact]
    [Trait("ask", "A-27")]
    [Trait("rule", "R-121")]
    public void An_end_point_of_a_request_is_not_for_where_it_is_redirected_to()
    {
        using World world = new();
        ScriptedHttpServer own = Serve(world, s_own, _ => World.RedirectTo("http://b.test/next"));
        ScriptedHttpServer other = world.Serve("b.test", _ => World.Reply(200, body: "other"));
        Request request = new("GET", "http://a.test/") { Options = new() { EndPoint = s_own } };
        using Response response = world.Run(world.Client.SendAsync(request));
        Assert.Equal("other", world.Run(response.ReadAsStringAsync()));
        Assert.Single(own.Requests);
        Assert.Single(other.Requests);
    }

    [Fact]
    [Trait("ask", "A-27")]
    public async Task A_Unix_socket_needs_no_callback()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        Task<string> serving = Task.Run(async () =>
        {
            using Socket peer = await listener.AcceptAsync();
            byte[] buffer = new byte[1000];
            int count = await peer.ReceiveAsync(buffer);
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"u8.ToArray());
            return Encoding.ASCII.GetString(buffer, 0, count);
        });
        using (PollHttpClient client = new(new PollHttpClientOptions { EndPoint = new UnixDomainSocketEndPoint(path) }))
        {
            Assert.Equal("hi", await client.GetStringAsync("http://localhost/x"));
        }

        Assert.StartsWith("GET /x HTTP/1.1\r\nHost: localhost\r\n", await serving, StringComparison.Ordinal);
        File.Delete(path);
    }
}
