using System.Net;
using System.Net.Security;
using System.Text;

namespace PollHttp.Testing;

/// <summary>Represents the server's end of one simulated connection. Sends never wait: the server's window has no limit.</summary>
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

    /// <summary>Gets the network of this connection.</summary>
    public SimulatedNetwork Network => _client.Network;

    /// <summary>Gets the host name the client named in its TLS handshake; null without TLS.</summary>
    public string? TlsHost { get; internal set; }

    /// <summary>Gets the protocol that was chosen in the TLS handshake (ALPN); the default value without TLS, or when none was.</summary>
    public SslApplicationProtocol TlsProtocol { get; internal set; }

    /// <summary>Gets or sets the script's state for this connection.</summary>
    public object? State { get; set; }

    /// <summary>Gets the bytes received and not consumed. Valid until the next call to this peer.</summary>
    public ReadOnlySpan<byte> Received => _received.Span;

    /// <summary>Gets the number of bytes sent that the client has not read yet.</summary>
    public int UnreadByClient => _client.Incoming.Length;

    /// <summary>Gets a value indicating whether the client will send no more.</summary>
    public bool ClientEnded { get; private set; }

    /// <summary>Removes bytes from the start of <see cref="Received"/>.</summary>
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
    /// Sends bytes later: <paramref name="delay"/> from now or, if earlier bytes have not left yet, from when they leave. Anything sent
    /// afterwards queues behind them.
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

    /// <summary>Delays everything sent from now on (bytes, end), in addition to earlier pauses.</summary>
    public void Pause(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        _departure = Math.Max(_departure, _client.Network.Clock.Now) + delay.Ticks;
    }

    /// <summary>Calls <see cref="IServerScript.OnTimer"/> after the given time.</summary>
    public void CallAfter(TimeSpan delay, int token) =>
        _client.Network.Clock.Schedule(_client.Network.Clock.Now + delay.Ticks, this, token);

    /// <summary>Ends the server's side in order, after what was sent; over TLS with close_notify. Reading continues.</summary>
    public void End() => Finish(PipeEnd.End);

    /// <summary>
    /// Ends with FIN only; over TLS the client can't distinguish this from a cut. Without TLS equal to <see cref="End"/>.
    /// </summary>
    public void EndWithoutCloseNotify() => Finish(PipeEnd.EndWithoutCloseNotify);

    /// <summary>Ends, and answers further bytes with a reset, like a process that closed its socket.</summary>
    public void Close()
    {
        End();
        _closed = true;
    }

    /// <summary>Resets the connection.</summary>
    /// <param name="afterData"> If false, the reset overtakes what was sent, and unread bytes are lost, as on real networks. If true, the
    /// client reads everything first. </param>
    public void Reset(bool afterData = false)
    {
        _closed = true;
        PipeEnd end = afterData ? PipeEnd.ResetAfterData : PipeEnd.Reset;
        long at = afterData ? Arrival() : _client.Network.Clock.Now + _client.Link.Latency.Ticks;
        _client.ScheduleArrival(_client.Incoming.Finish(end, at));
    }

    /// <summary>Stops reading: the client's bytes stay in its window until it is full.</summary>
    public void StopReading() => _reading = false;

    /// <summary>Resumes reading, beginning with the waiting bytes.</summary>
    public void ResumeReading()
    {
        _reading = true;
        _client.ScheduleDelivery(_client.Network.Clock.Now);
    }

    void IScheduled.Run(int what) => _script.OnTimer(this, what);

    bool IScheduled.IsCalledOff(int what) => _client.IsDisposed;

    internal void Connected() => _script.OnConnected(this);

    /// <summary>Delivers what has arrived from the client.</summary>
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
