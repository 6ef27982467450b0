using System.Buffers;
using System.Net;
using System.Net.Security;

namespace PollHttp.Core.Tests;

/// <summary>The smallest network that PollClient's tests need: bytes arrive at once, time moves only when told.</summary>
internal sealed class SceneNetwork : INetwork, IResolver
{
    public ManualTime Time { get; } = new();

    public List<ScenePeer> Dialled { get; } = [];

    public ScenePeer Peer => Dialled[^1];

    public byte[]? Answer { get; set; }

    public bool RefusesTls { get; set; }

    public int TlsHandshakes { get; private set; }

    public IResolver Resolver => this;

    public TimeProvider TimeProvider => Time;

    public ILookup Begin(string host, IPoller? waker) => new Lookup(host);

    public ITransport Dial(EndPoint endPoint)
    {
        ScenePeer peer = new(this, (IPEndPoint)endPoint);
        Dialled.Add(peer);
        return peer;
    }

    public ITransport WrapTls(ITransport inner, SslClientAuthenticationOptions options, IPoller? waker)
    {
        if (RefusesTls)
        {
            RefusesTls = false;
            ScenePeer peer = (ScenePeer)inner;
            peer.Fail(TransportError.TlsHandshake);
        }
        else
        {
            TlsHandshakes++;
        }

        return inner;
    }

    public IPoller CreatePoller() => new Poller(this);

    public sealed class ManualTime : TimeProvider
    {
        private long _ticks = 1_000_000;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan span) => _ticks += span.Ticks;
    }

    private sealed class Lookup(string host) : ILookup
    {
        public bool IsCompleted => host != PollScene.SilentHost;

        public IReadOnlyList<IPAddress> Addresses =>
            host is PollScene.Host or PollScene.ProxyHost ? [IPAddress.Parse(PollScene.Address)] : [];

        public Exception? Failure => host == PollScene.UnknownHost ? new IOException("no such host") : null;

        public void Dispose()
        {
        }
    }

    private sealed class Poller(SceneNetwork network) : IPoller
    {
        private readonly Dictionary<ITransport, TransportInterest> _registered = [];

        public void Set(ITransport transport, TransportInterest interest)
        {
            if (interest == TransportInterest.None)
            {
                _registered.Remove(transport);
            }
            else
            {
                _registered[transport] = interest;
            }
        }

        public int Wait(TimeSpan timeout, IList<ITransport> ready)
        {
            foreach ((ITransport transport, TransportInterest interest) in _registered)
            {
                ScenePeer peer = (ScenePeer)transport;
                peer.Flow();
                if (peer.IsReady(interest))
                {
                    ready.Add(transport);
                }
            }

            if (ready.Count == 0)
            {
                if (timeout < TimeSpan.Zero)
                {
                    throw new InvalidOperationException("Would sleep for ever.");
                }

                network.Time.Advance(timeout);
            }

            return ready.Count;
        }

        public void Wake()
        {
        }

        public void Dispose()
        {
        }
    }
}

/// <summary>Both ends of one connection: a transport for the client, and what the test does at the other end.</summary>
internal sealed class ScenePeer(SceneNetwork network, IPEndPoint endPoint) : ITransport
{
    private const int Window = 64 * 1024;

    private readonly string _address = endPoint.Address.ToString();
    private byte[] _in = new byte[1024];
    private int _inStart;
    private int _inEnd;
    private byte[] _out = new byte[1024];
    private int _outEnd;
    private int _inWindow;
    private bool _ended;
    private bool _disposed;

    public int SegmentSize { get; set; } = int.MaxValue;

    public int Port => endPoint.Port;

    public ReadOnlySpan<byte> Received => _out.AsSpan(0, _outEnd);

    public bool IsOpen => _address is not (PollScene.RefusedAddress or PollScene.BlackHoleAddress);

    public TransportFailure Failure { get; private set; }

    public object? Owner { get; set; }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (_inStart == _inEnd)
        {
            _inStart = _inEnd = 0;
        }

        Append(ref _in, ref _inEnd, bytes);
    }

    public void End() => _ended = true;

    public void Reset() => Fail(TransportError.Reset);

    public void Fail(TransportError error) => Failure = new(error, null);

    public void Flow() => _inWindow = 0;

    public bool IsReady(TransportInterest interest) =>
        ((interest & TransportInterest.Read) != 0 && (_inStart < _inEnd || _ended || Failure.Error != TransportError.None))
        || ((interest & TransportInterest.Write) != 0 && Poll() != TransportStatus.Opening && _inWindow < Window);

    public TransportStatus Poll()
    {
        if (_address == PollScene.RefusedAddress)
        {
            Fail(TransportError.Refused);
        }

        return Failure.Error != TransportError.None ? TransportStatus.Failed
            : _address == PollScene.BlackHoleAddress ? TransportStatus.Opening
            : TransportStatus.Open;
    }

    public IoResult TryRead(Memory<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_inStart == _inEnd)
        {
            return Failure.Error != TransportError.None ? IoResult.Failed : _ended ? IoResult.End : IoResult.WouldBlock;
        }

        int count = Math.Min(Math.Min(buffer.Length, _inEnd - _inStart), SegmentSize);
        _in.AsSpan(_inStart, count).CopyTo(buffer.Span);
        _inStart += count;
        return IoResult.Done(count);
    }

    public IoResult TryWrite(ReadOnlySequence<byte> data)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Failure.Error != TransportError.None)
        {
            return IoResult.Failed;
        }

        int count = (int)Math.Min(data.Length, Window - _inWindow);
        if (count == 0)
        {
            return IoResult.WouldBlock;
        }

        foreach (ReadOnlyMemory<byte> segment in data.Slice(0, count))
        {
            Append(ref _out, ref _outEnd, segment.Span);
        }

        _inWindow += count;
        if (network.Answer is { } answer && Received.EndsWith("\r\n\r\n"u8))
        {
            _outEnd = 0;
            Send(answer);
        }

        return IoResult.Done(count);
    }

    public void ShutdownSend()
    {
    }

    public TransportInterest GetInterest(TransportInterest wanted) =>
        Poll() == TransportStatus.Opening ? TransportInterest.Write : wanted;

    public void Dispose() => _disposed = true;

    private static void Append(ref byte[] buffer, ref int end, ReadOnlySpan<byte> bytes)
    {
        if (buffer.Length - end < bytes.Length)
        {
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, end + bytes.Length));
        }

        bytes.CopyTo(buffer.AsSpan(end));
        end += bytes.Length;
    }
}
