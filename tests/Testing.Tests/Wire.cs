namespace PollHttp.Testing.Tests;

/// <summary>A client of raw bytes on a simulated network: what the tests drive.</summary>
internal sealed class Wire : IDisposable
{
    private readonly List<ITransport> _ready = [];
    private readonly byte[] _buffer = new byte[64 * 1024];

    public Wire(INetwork network, EndPoint? endPoint = null)
    {
        Network = network;
        Poller = network.CreatePoller();
        Transport = network.Dial(endPoint ?? Server);
    }

    public static IPEndPoint Server { get; } = new(IPAddress.Parse("10.9.9.9"), 80);

    public INetwork Network { get; }

    public IPoller Poller { get; }

    public ITransport Transport { get; private set; }

    public TransportStatus Open()
    {
        while (Transport.Poll() == TransportStatus.Opening)
        {
            Wait(TransportInterest.Write);
        }

        return Transport.Poll();
    }

    public TransportStatus OpenTls()
    {
        Open();
        Transport = Network.WrapTls(Transport, new() { TargetHost = "shop.example" }, Poller);
        return Open();
    }

    public IoResult Write(string text) => Write(Encoding.Latin1.GetBytes(text));

    public IoResult Write(byte[] bytes) => Transport.TryWrite(new ReadOnlySequence<byte>(bytes));

    public void WriteAll(ReadOnlySequence<byte> data)
    {
        while (!data.IsEmpty)
        {
            IoResult result = Transport.TryWrite(data);
            if (result.Status == IoStatus.Done)
            {
                data = data.Slice(result.Count);
            }
            else
            {
                Wait(TransportInterest.Write);
            }
        }
    }

    public IoResult Read()
    {
        IoResult result = Transport.TryRead(_buffer);
        while (result.Status == IoStatus.WouldBlock)
        {
            Wait(TransportInterest.Read);
            result = Transport.TryRead(_buffer);
        }

        return result;
    }

    public string ReadText()
    {
        IoResult result = Read();
        return result.Status == IoStatus.Done ? Encoding.Latin1.GetString(_buffer, 0, result.Count) : result.Status.ToString();
    }

    public (string Text, IoStatus End) ReadToEnd()
    {
        var text = new StringBuilder();
        IoResult result = Read();
        for (; result.Status == IoStatus.Done; result = Read())
        {
            text.Append(Encoding.Latin1.GetString(_buffer, 0, result.Count));
        }

        return (text.ToString(), result.Status);
    }

    public void ReadExactly(int count)
    {
        while (count > 0)
        {
            count -= Read().Count;
        }
    }

    public void Dispose()
    {
        Poller.Set(Transport, TransportInterest.None);
        Transport.Dispose();
        Poller.Dispose();
    }

    private void Wait(TransportInterest wanted)
    {
        _ready.Clear();
        Poller.Set(Transport, Transport.GetInterest(wanted));
        Poller.Wait(Timeout.InfiniteTimeSpan, _ready);
        Poller.Set(Transport, TransportInterest.None);
    }
}
