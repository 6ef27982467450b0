using System.Net;
using System.Text;

namespace PollHttp.Testing;

/// <summary>The server's end of one simulated connection. Sends are never held up: the server's window has no limit.</summary>
public sealed class ServerPeer : IScheduled
{
    private readonly SimulatedTransport _client;
    private readonly IServerScript _script;
    private readonly ByteBuffer _received = new();
    private long _departure;
    private bool _reading = true;
    private bool _closed;

    internal ServerPeer(SimulatedTransport client, IServerScript script)
    {
        _client = client;
        _script = script;
    }

    /// <summary>Gets the number of the connection in its network, from 1.</summary>
    public int ConnectionNumber => _client.Number;

    /// <summary>Gets the address the client dialled.</summary>
    public EndPoint EndPoint => _client.EndPoint;

    /// <summary>Gets the network this connection is in.</summary>
    public SimulatedNetwork Network => _client.Network;

    /// <summary>Gets the host name the client named in its TLS handshake; null without TLS.</summary>
    public string? TlsHost { get; internal set; }

    /// <summary>Gets or sets a place for the script to keep what belongs to this connection.</summary>
    public object? State { get; set; }

    /// <summary>Bytes received and not consumed. Valid until the next call to this peer.</summary>
    public ReadOnlySpan<byte> Received => _received.Span;

    /// <summary>Bytes sent that the client has not read yet.</summary>
    public int UnreadByClient => _client.Incoming.Length;

    /// <summary>Gets a value indicating whether the client sends no more.</summary>
    public bool ClientEnded { get; private set; }

    /// <summary>Takes bytes from the front of <see cref="Received"/>.</summary>
    public void Consume(int count) => _received.Consume(count);

    /// <summary>Sends bytes; they arrive after the link's latency. Ignored after an end or a reset.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (!_client.Incoming.IsEnded && bytes.Length > 0)
        {
            _client.Carry(_client.Incoming, bytes, Arrival(), toClient: true);
        }
    }

    /// <summary>Sends text as Latin-1, one byte a character.</summary>
    public void Send(string latin1)
    {
        ArgumentNullException.ThrowIfNull(latin1);
        Send(Encoding.Latin1.GetBytes(latin1));
    }

    /// <summary>
    /// Sends bytes later: <paramref name="delay"/> from now or, when earlier bytes have not left yet, from when they do.
    /// Whatever is sent afterwards queues behind.
    /// </summary>
    public void SendAfter(TimeSpan delay, ReadOnlySpan<byte> bytes)
    {
        Pause(delay);
        Send(bytes);
    }

    /// <inheritdoc cref="SendAfter(TimeSpan, ReadOnlySpan{byte})"/>
    public void SendAfter(TimeSpan delay, string latin1)
    {
        Pause(delay);
        Send(latin1);
    }

    /// <summary>Holds back whatever is sent from now on (bytes, end), on top of earlier pauses.</summary>
    public void Pause(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        _departure = Math.Max(_departure, _client.Network.Clock.Now) + delay.Ticks;
    }

    /// <summary>Calls <see cref="IServerScript.OnTimer"/> after the given time.</summary>
    public void CallAfter(TimeSpan delay, int token) =>
        _client.Network.Clock.Schedule(_client.Network.Clock.Now + delay.Ticks, this, token);

    /// <summary>Ends the server's side in order, behind what was sent; over TLS with close_notify. Reading goes on.</summary>
    public void End() => Finish(PipeEnd.End);

    /// <summary>Ends with FIN alone; over TLS the client can't tell this from a cut. Without TLS the same as <see cref="End"/>.</summary>
    public void EndWithoutCloseNotify() => Finish(PipeEnd.EndWithoutCloseNotify);

    /// <summary>Ends, and answers whatever still comes with a reset, as a process does that closed its socket.</summary>
    public void Close()
    {
        End();
        _closed = true;
    }

    /// <summary>Resets the connection.</summary>
    /// <param name="afterData">
    /// False: the reset overtakes what was sent, and what the client has not read is lost, as on real networks. True: the
    /// client reads everything first.
    /// </param>
    public void Reset(bool afterData = false)
    {
        _closed = true;
        PipeEnd end = afterData ? PipeEnd.ResetAfterData : PipeEnd.Reset;
        long at = afterData ? Arrival() : _client.Network.Clock.Now + _client.Link.Latency.Ticks;
        _client.ScheduleArrival(_client.Incoming.Finish(end, at));
    }

    /// <summary>Reads no more: the client's bytes stay in its window until it is full.</summary>
    public void StopReading() => _reading = false;

    /// <summary>Reads again, beginning with what has waited.</summary>
    public void ResumeReading()
    {
        _reading = true;
        _client.ScheduleDelivery(_client.Network.Clock.Now);
    }

    void IScheduled.Run(int what) => _script.OnTimer(this, what);

    bool IScheduled.IsCalledOff(int what) => _client.IsDisposed;

    internal void Connected() => _script.OnConnected(this);

    /// <summary>Takes what has come from the client.</summary>
    internal void Deliver(long now)
    {
        ReadOnlySpan<byte> arrived = _client.Outgoing.Arrived(now);
        if (arrived.Length > 0 && _closed)
        {
            _client.Outgoing.Consume(arrived.Length);
            Reset();
        }
        else if (arrived.Length > 0 && _reading)
        {
            _received.Append(arrived);
            _client.Outgoing.Consume(arrived.Length);
            _script.OnReceived(this);
        }

        if (!ClientEnded && _client.Outgoing.EndSeen(now) != PipeEnd.None)
        {
            ClientEnded = true;
            _script.OnEnd(this);
        }
    }

    private void Finish(PipeEnd end)
    {
        if (!_client.Incoming.IsEnded)
        {
            _client.ScheduleArrival(_client.Incoming.Finish(end, Arrival()));
        }
    }

    private long Arrival() => Math.Max(_departure, _client.Network.Clock.Now) + _client.Link.Latency.Ticks;
}
