using System.Net.Sockets;

namespace PollHttp.Parity;

public sealed class CallbackTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    private static async ValueTask<Stream> DialAsync(RawServer server, CancellationToken token)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, token);
        return new NetworkStream(socket, ownsSocket: true);
    }

    [Fact]
    [Trait("parity", "P-176")]
    public Task ConnectCallback_is_asked_once_a_connection() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect = (context, token) =>
        {
            seen.Note("asked", $"{context.DnsEndPoint.Host} {context.DnsEndPoint.Port} {context.InitialRequestMessage.RequestUri}");
            return DialAsync(server, token);
        };
        HttpClient client = subject.Client((nameof(SocketsHttpHandler.ConnectCallback), connect));
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage response = await client.GetAsync("http://nowhere.invalid:123/path");
            seen.Note("body", await response.Content.ReadAsStringAsync());
        }

        seen.Note("received", server.Received);
    });

    [Theory]
    [Trait("parity", "P-176")]
    [InlineData("throws")]
    [InlineData("throws later")]
    [InlineData("null")]
    [InlineData("cancel")]
    public Task ConnectCallback_that_fails(string how) => Compare.RunAsync(async (subject, seen) =>
    {
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect = async (_, _) =>
        {
            if (how == "throws later")
            {
                await Task.Yield();
            }

            return how switch
            {
                "null" => null!,
                "cancel" => throw new OperationCanceledException(),
                _ => throw new InvalidTimeZoneException("mine"),
            };
        };
        HttpClient client = subject.Client((nameof(SocketsHttpHandler.ConnectCallback), connect));
        await seen.TryAsync("error", () => client.GetAsync("http://nowhere.invalid/"));
    });

    [Fact]
    [Trait("parity", "P-176")]
    public Task PlaintextStreamFilter_sees_the_bytes() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(Ok);
        Func<SocketsHttpPlaintextStreamFilterContext, CancellationToken, ValueTask<Stream>> filter = (context, _) =>
        {
            seen.Note("asked", $"{context.NegotiatedHttpVersion} {context.PlaintextStream.CanWrite} {context.InitialRequestMessage.Method}");
            return new(context.PlaintextStream);
        };
        HttpClient client = subject.Client((nameof(SocketsHttpHandler.PlaintextStreamFilter), filter));
        await Compare.GetAsync(client, server, seen);
        using StringContent content = new(new string('x', 100_000));
        using HttpResponseMessage response = await client.PostAsync(server.Uri(), content);
        seen.Note("length", server.Requests[1].Content.Length);
    });

    [Fact]
    [Trait("parity", "P-176")]
    public Task ConnectCallback_with_a_Unix_socket() => Compare.RunAsync(async (subject, seen) =>
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        Task serving = Task.Run(async () =>
        {
            using Socket peer = await listener.AcceptAsync();
            byte[] buffer = new byte[1000];
            int count = await peer.ReceiveAsync(buffer);
            seen.Note("received", Encoding.ASCII.GetString(buffer, 0, count));
            await peer.SendAsync(Encoding.ASCII.GetBytes(Ok));
        });
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect = async (_, token) =>
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), token);
            return new NetworkStream(socket, ownsSocket: true);
        };
        HttpClient client = subject.Client((nameof(SocketsHttpHandler.ConnectCallback), connect));
        seen.Note("body", await client.GetStringAsync("http://localhost/x"));
        await serving;
        File.Delete(path);
    });
}
