using System.Text;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>A client, the network it lives in, and the far end of its latest connection, which the test plays itself.</summary>
internal sealed class PollScene : IDisposable
{
    public const string Host = "example.org";
    public const string ProxyHost = "proxy.example";
    public const string UnknownHost = "unknown.example";
    public const string SilentHost = "silent.example";
    public const string Address = "10.0.0.1";
    public const string RefusedAddress = "10.0.0.2";
    public const string BlackHoleAddress = "10.0.0.3";

    private readonly SceneNetwork _network = new();

    public PollScene(PollClientOptions? options = null) => Client = new PollClient(_network, options);

    public PollClient Client { get; }

    public Instant Now => Instant.Now(_network.TimeProvider);

    public int Connections => _network.Dialled.Count(p => p.IsOpen);

    public int DialledPort => _network.Peer.Port;

    public int TlsHandshakes => _network.TlsHandshakes;

    public string Received => Encoding.Latin1.GetString(_network.Peer.Received);

    public static PollScene Connected(PollClientOptions? options = null)
    {
        PollScene scene = new(options);
        scene.Connect();
        return scene;
    }

    public void Connect()
    {
        Client.ConnectToHost(Host);
        PollUntil(PollStatus.Connected);
    }

    public void RefuseTls() => _network.RefusesTls = true;

    public void SegmentSize(int bytes) => _network.Peer.SegmentSize = bytes == 0 ? int.MaxValue : bytes;

    public void AnswerWith(string response) => _network.Answer = Encoding.Latin1.GetBytes(response);

    public void Send(string text) => _network.Peer.Send(Encoding.Latin1.GetBytes(text));

    public void End() => _network.Peer.End();

    public void Reset() => _network.Peer.Reset();

    public void Advance(TimeSpan time) => _network.Time.Advance(time);

    /// <summary>Lets the network carry what is under way.</summary>
    public void Flow() => _network.Peer.Flow();

    /// <summary>Polls until nothing changes any more.</summary>
    public void Settle()
    {
        for (int i = 0; i < 200; i++)
        {
            Client.Poll();
            Flow();
        }
    }

    public void PollUntil(PollStatus status)
    {
        for (int i = 0; i < 2000 && Client.Status != status; i++)
        {
            Client.Poll();
            if (Client.Status != status)
            {
                Flow();
            }
        }

        Assert.True(Client.Status == status, $"{Client.Status} instead of {status}: {Client.Fault.Describe()}");
    }

    public void PollUntilPhase(ConnectPhase phase)
    {
        for (int i = 0; i < 2000 && Client.Phase != phase; i++)
        {
            Client.Poll();
            Flow();
        }

        Assert.Equal(phase, Client.Phase);
    }

    /// <summary>One request and its response without content.</summary>
    public void Exchange(string method, string target, string response)
    {
        Client.Request(method, target);
        Settle();
        Send(response);
        PollUntil(PollStatus.Connected);
    }

    public string ReadAll()
    {
        StringBuilder text = new();
        for (byte[] chunk = Client.ReadResponseBodyChunk(); chunk.Length > 0; chunk = Client.ReadResponseBodyChunk())
        {
            text.Append(Encoding.Latin1.GetString(chunk));
        }

        return text.ToString();
    }

    public void Dispose() => Client.Dispose();
}
