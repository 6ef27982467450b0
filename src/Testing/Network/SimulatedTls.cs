using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;

namespace PollHttp.Testing;

/// <summary>
/// Simulates TLS as a client of transports sees it: a handshake of one round trip that may fail, and ends with or without close_notify. It
/// does NOT encrypt and checks no certificate; the bytes pass through unchanged.
/// </summary>
internal sealed class SimulatedTls : ITransport, IReadiness, IScheduled
{
    private readonly SimulatedTransport _inner;
    private TransportStatus _status = TransportStatus.Opening;
    private readonly TlsInfo _info;
    private bool _openSeen;

    public SimulatedTls(SimulatedTransport inner, SslClientAuthenticationOptions options)
    {
        _inner = inner;
        _info = new()
        {
            Protocol = SslProtocols.Tls13,
            CipherSuite = TlsCipherSuite.TLS_AES_128_GCM_SHA256,
            ApplicationProtocol = inner.Tls.ChooseFrom(options.ApplicationProtocols, inner.Number),
        };
        if (inner.Peer is not null)
        {
            inner.Peer.TlsHost = options.TargetHost;
            inner.Peer.TlsProtocol = _info.ApplicationProtocol;
        }

        if (inner.Tls.Answers)
        {
            VirtualClock clock = inner.Network.Clock;
            clock.Schedule(clock.Now + (2 * inner.Link.Latency.Ticks), this, 0);
        }

        inner.Network.Spend(inner.Network.Costs.HandshakeStep);
    }

    /// <summary>Gets the connection at the bottom of all TLS layers.</summary>
    public SimulatedTransport Inner => _inner;

    public bool IsDisposed => _inner.IsDisposed;

    public TransportFailure Failure { get; private set; }

    public EndPoint? RemoteEndPoint => _inner.RemoteEndPoint;

    public TlsInfo? Tls => _status == TransportStatus.Open ? _info : null;

    public object? Owner { get; set; }

    public TransportStatus Poll()
    {
        Follow();
        if (!_openSeen && _status == TransportStatus.Open)
        {
            _openSeen = true;
            _inner.Network.Spend(_inner.Network.Costs.HandshakeStep);
        }

        return _status;
    }

    public IoResult TryRead(Memory<byte> buffer)
    {
        if (Poll() != TransportStatus.Open)
        {
            return NotOpen();
        }

        IoResult result = _inner.TryRead(buffer);
        Poll();
        return result.Status == IoStatus.End && _inner.EndSeen == PipeEnd.EndWithoutCloseNotify
            ? new(IoStatus.EndWithoutCloseNotify, 0)
            : result;
    }

    public IoResult TryWrite(ReadOnlySequence<byte> data)
    {
        if (Poll() != TransportStatus.Open)
        {
            return NotOpen();
        }

        IoResult result = _inner.TryWrite(data);
        Poll();
        return result;
    }

    public void ShutdownSend()
    {
        if (_status == TransportStatus.Open)
        {
            _inner.ShutdownSend();
        }
    }

    public TransportInterest GetInterest(TransportInterest wanted) =>
        _status == TransportStatus.Opening ? TransportInterest.Read : wanted;

    public void Dispose() => _inner.Dispose();

    public bool IsReadyFor(TransportInterest interest) => _status switch
    {
        TransportStatus.Opening => InnerIsOver || ((IReadiness)_inner).IsReadyFor(TransportInterest.None),
        TransportStatus.Failed => true,
        _ => !_openSeen || ((IReadiness)_inner).IsReadyFor(interest),
    };

    public string Describe() => $"TLS ({_status}) over {((IReadiness)_inner).Describe()}";

    void IScheduled.Run(int what)
    {
        Follow();
        if (_status != TransportStatus.Opening)
        {
            return;
        }

        if (_inner.Tls.Failure.Error == TransportError.None)
        {
            _status = TransportStatus.Open;
            _inner.Network.Note(_inner, "finishes the TLS handshake", 0);
        }
        else
        {
            Fail(_inner.Tls.Failure);
        }
    }

    bool IScheduled.IsCalledOff(int what) => IsDisposed;

    private bool InnerIsOver => _inner.EndSeen != PipeEnd.None;

    private void Follow()
    {
        TransportStatus inner = _inner.Poll();
        if (_status == TransportStatus.Opening && inner == TransportStatus.Open && InnerIsOver)
        {
            Fail(new(_inner.EndSeen is PipeEnd.Reset or PipeEnd.ResetAfterData ? TransportError.Reset : TransportError.TlsHandshake, null));
        }

        if (_status != TransportStatus.Failed && inner == TransportStatus.Failed)
        {
            Fail(_inner.Failure);
        }
    }

    private IoResult NotOpen() => _status == TransportStatus.Failed ? IoResult.Failed : IoResult.WouldBlock;

    private void Fail(TransportFailure failure)
    {
        _status = TransportStatus.Failed;
        Failure = failure;
        _inner.Network.Note(_inner, "fails in TLS", 0);
    }
}
