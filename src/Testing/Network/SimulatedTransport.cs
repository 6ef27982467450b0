using System.Buffers;
using System.Net;

namespace PollHttp.Testing;

/// <summary>Represents the client's end of one simulated connection.</summary>
public sealed class SimulatedTransport : ITransport, IReadiness, IScheduled
{
    private const int Connect = 0;
    private const int Arrive = 1;
    private const int Deliver = 2;

    private readonly Listener _listener;
    private readonly SeededRandom? _cuts;
    private TransportStatus _status = TransportStatus.Opening;

    internal SimulatedTransport(SimulatedNetwork network, int number, EndPoint endPoint, Listener listener)
    {
        Network = network;
        Number = number;
        EndPoint = endPoint;
        _listener = listener;
        Link = listener.Options.Link ?? network.Link;
        _cuts = Link.RandomSegments ? new(((long)network.Seed << 32) + number) : null;
        if (listener.Fate != Fate.NeverAnswer)
        {
            Schedule(network.Clock.Now + Link.Latency.Ticks, Connect);
        }
    }

    /// <summary>Gets the number of the connection in its network, from 1.</summary>
    public int Number { get; }

    /// <summary>Gets the address that was dialled.</summary>
    public EndPoint EndPoint { get; }

    /// <inheritdoc/>
    public TransportFailure Failure { get; private set; }

    /// <inheritdoc/>
    public EndPoint? RemoteEndPoint => EndPoint;

    /// <inheritdoc/>
    public object? Owner { get; set; }

    /// <summary>Gets the server's end; null until the server has accepted.</summary>
    public ServerPeer? Peer { get; private set; }

    /// <summary>Gets a value indicating whether <see cref="Dispose"/> was called.</summary>
    public bool IsDisposed { get; private set; }

    internal SimulatedNetwork Network { get; }

    internal LinkOptions Link { get; }

    internal TlsBehaviour Tls => _listener.Options.Tls;

    internal SimulatedPipe Incoming { get; } = new();

    internal SimulatedPipe Outgoing { get; } = new();

    /// <summary>Gets how the incoming side ended, as far as it was read.</summary>
    internal PipeEnd EndSeen => Incoming.EndSeen(Network.Clock.Now);

    /// <inheritdoc/>
    public TransportStatus Poll()
    {
        Network.Clock.RunDue();
        return _status;
    }

    /// <inheritdoc/>
    public IoResult TryRead(Memory<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (buffer.IsEmpty)
        {
            throw new ArgumentException("There is no room to read into.", nameof(buffer));
        }

        if (Poll() != TransportStatus.Open)
        {
            return _status == TransportStatus.Failed ? IoResult.Failed : IoResult.WouldBlock;
        }

        ReadOnlySpan<byte> arrived = Incoming.Arrived(Network.Clock.Now);
        return arrived.IsEmpty ? ReadEnd() : Read(arrived, buffer.Span);
    }

    /// <inheritdoc/>
    public IoResult TryWrite(ReadOnlySequence<byte> data)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (Poll() != TransportStatus.Open)
        {
            return _status == TransportStatus.Failed ? IoResult.Failed : IoResult.WouldBlock;
        }

        if (Incoming.IsReset(Network.Clock.Now))
        {
            return Fail(TransportError.Reset);
        }

        if (Outgoing.IsEnded)
        {
            return Fail(TransportError.Other, new InvalidOperationException("sending was shut down before"));
        }

        int room = (int)Math.Min(data.Length, Link.SendWindow - Outgoing.Length);
        return room > 0 ? Write(data, room) : data.IsEmpty ? IoResult.Done(0) : IoResult.WouldBlock;
    }

    /// <inheritdoc/>
    public void ShutdownSend()
    {
        if (_status == TransportStatus.Open && !Outgoing.IsEnded)
        {
            Network.Note(this, "client shuts down sending", 0);
            ScheduleDelivery(Outgoing.Finish(PipeEnd.End, Network.Clock.Now + Link.Latency.Ticks));
        }
    }

    /// <inheritdoc/>
    public TransportInterest GetInterest(TransportInterest wanted) =>
        _status == TransportStatus.Opening ? TransportInterest.Write : wanted;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!IsDisposed)
        {
            Network.Note(this, "client disposes", 0);
            ShutdownSend();
            IsDisposed = true;
            Network.TransportClosed();
        }
    }

    bool IReadiness.IsReadyFor(TransportInterest interest)
    {
        if (_status != TransportStatus.Open)
        {
            return _status == TransportStatus.Failed;
        }

        long now = Network.Clock.Now;
        return ((interest & TransportInterest.Read) != 0 && (!Incoming.Arrived(now).IsEmpty || Incoming.EndSeen(now) != PipeEnd.None))
            || ((interest & TransportInterest.Write) != 0 && (Outgoing.Length < Link.SendWindow || Incoming.IsReset(now)));
    }

    string IReadiness.Describe() => $"connection {Number} to {EndPoint} ({_status})";

    void IScheduled.Run(int what)
    {
        switch (what)
        {
            case Connect:
                FinishConnect();
                break;
            case Deliver:
                Peer?.Deliver(Network.Clock.Now);
                break;
            default:
                break;
        }
    }

    bool IScheduled.IsCalledOff(int what) => IsDisposed && what != Deliver;

    internal void ScheduleArrival(long at) => Schedule(at, Arrive);

    internal void ScheduleDelivery(long at) => Schedule(at, Deliver);

    /// <summary>Sends bytes through one of the two pipes, as fast as the link allows.</summary>
    internal void Carry(SimulatedPipe pipe, ReadOnlySpan<byte> bytes, long at, bool toClient)
    {
        int what = toClient ? Arrive : Deliver;
        if (Link.BytesPerSecond is not { } rate)
        {
            Schedule(pipe.Write(bytes, at), what);
            return;
        }

        int most = (int)Math.Clamp(rate / 1000, 1500, 1 << 20); // a millisecond's worth
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> piece = bytes[..Math.Min(most, bytes.Length)];
            long takes = (long)Math.Ceiling(piece.Length * (double)TimeSpan.TicksPerSecond / rate);
            Schedule(pipe.Write(piece, Math.Max(at, pipe.LastArrival) + takes), what);
            bytes = bytes[piece.Length..];
        }
    }

    private void Schedule(long at, int what) => Network.Clock.Schedule(at, this, what);

    private void FinishConnect()
    {
        if (_listener.Fate == Fate.Accept)
        {
            _status = TransportStatus.Open;
            Network.Note(this, "opens", 0);
            Peer = new(this, _listener.Script!);
            Peer.Connected();
        }
        else
        {
            Fail(_listener.Fate == Fate.NoRoute ? TransportError.Unreachable : TransportError.Refused);
        }
    }

    private IoResult Read(ReadOnlySpan<byte> arrived, Span<byte> buffer)
    {
        int most = Math.Min(Math.Min(arrived.Length, buffer.Length), Link.SegmentSize);
        int count = _cuts is null ? most : _cuts.UpTo(most);
        arrived[..count].CopyTo(buffer);
        Incoming.Consume(count);
        Network.Note(this, "client reads", count);
        Network.Spend(Network.Costs.Read + Network.Costs.Bytes(count));
        return IoResult.Done(count);
    }

    private IoResult ReadEnd() => EndSeen switch
    {
        PipeEnd.None => IoResult.WouldBlock,
        PipeEnd.End or PipeEnd.EndWithoutCloseNotify => IoResult.End,
        _ => Fail(TransportError.Reset),
    };

    private IoResult Write(ReadOnlySequence<byte> data, int count)
    {
        long at = Network.Clock.Now + Link.Latency.Ticks;
        Network.Note(this, "client writes", count);
        foreach (ReadOnlyMemory<byte> part in data.Slice(0, count))
        {
            Carry(Outgoing, part.Span, at, toClient: false);
        }

        Network.Spend(Network.Costs.Write + Network.Costs.Bytes(count));

        return IoResult.Done(count);
    }

    private IoResult Fail(TransportError error, Exception? cause = null)
    {
        _status = TransportStatus.Failed;
        Failure = new(error, cause);
        Network.Note(this, "fails", 0);
        return IoResult.Failed;
    }
}
