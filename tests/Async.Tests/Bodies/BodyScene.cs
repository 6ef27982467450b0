using System.Globalization;
using System.Text;
using PollHttp.Testing;

namespace PollHttp.Tests;

/// <summary>A simulated server whose body the test writes piece by piece, and a client on a loop that reads it.</summary>
internal sealed class BodyScene : IServerScript
{
    private readonly Framing _framing;
    private readonly string _fields;
    private readonly long _length;

    /// <param name="framing">How the body is delimited.</param>
    /// <param name="length">The whole length, where it is in the head.</param>
    /// <param name="fields">More fields of the head, each with its line end.</param>
    public BodyScene(Framing framing, long length = 0, string fields = "")
    {
        _framing = framing;
        _length = length;
        _fields = fields;
        Network.Listen("body.example", 80, this);
    }

    public SimulatedNetwork Network { get; } = new();

    public PollHttpClientOptions Options { get; } = new();

    public RequestOptions? RequestOptions { get; init; }

    /// <summary>What the server waits for before the end of the body: its trailer section, with line ends.</summary>
    public string Trailers { get; set; } = "";

    public ServerPeer? Peer { get; private set; }

    public int Requests { get; private set; }

    /// <summary>Makes one request, and runs the test with its response and the loop.</summary>
    public void Run(Func<Response, PollLoop, Task> test) => LoopDrive.Run(
        async loop =>
        {
            using var client = new PollHttpClient(loop, Options);
            using Response response = await client.SendAsync(new Request("GET", "http://body.example/") { Options = RequestOptions });
            await test(response, loop);
        },
        Network);

    public void Run(Func<Response, Task> test) => Run((response, _) => test(response));

    /// <summary>Lets whatever is under way come to its end.</summary>
    public Task SettleAsync() => Task.Delay(TimeSpan.FromSeconds(1), Network.Clock);

    public void Write(string text) => Write(Encoding.Latin1.GetBytes(text));

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_framing == Framing.Chunked)
        {
            Peer!.Send(bytes.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n");
            Peer.Send(bytes);
            Peer.Send("\r\n");
        }
        else
        {
            Peer!.Send(bytes);
        }
    }

    public void End()
    {
        switch (_framing)
        {
            case Framing.Chunked:
                Peer!.Send($"0\r\n{Trailers}\r\n");
                break;
            case Framing.UntilClose:
                Peer!.End();
                break;
            default:
                break;
        }
    }

    void IServerScript.OnConnected(ServerPeer peer) => Peer = peer;

    void IServerScript.OnReceived(ServerPeer peer)
    {
        if (!peer.Received.EndsWith("\r\n\r\n"u8))
        {
            return;
        }

        peer.Consume(peer.Received.Length);
        Requests++;
        peer.Send(
            "HTTP/1.1 200 OK\r\n" + _fields
            + _framing switch
            {
                Framing.Length => string.Create(CultureInfo.InvariantCulture, $"Content-Length: {_length}\r\n\r\n"),
                Framing.Chunked => "Transfer-Encoding: chunked\r\n\r\n",
                _ => "\r\n",
            });
    }

    void IServerScript.OnEnd(ServerPeer peer) => peer.Close();
}
