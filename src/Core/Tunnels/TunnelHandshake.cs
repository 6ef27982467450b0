namespace PollHttp.Core;

/// <summary>A conversation with a proxy over a transport that stays ours, at whose end the transport leads to the origin.</summary>
internal abstract class TunnelHandshake
{
    /// <summary>Why there is no tunnel, or the default value.</summary>
    public Fault Fault { get; protected set; }

    /// <summary>Gets a value indicating whether the transport now leads to the origin.</summary>
    public bool IsOpen { get; protected set; }

    /// <summary>Not null when the proxy wants to be asked again with this authorization, on a new connection.</summary>
    public string? RetryWith { get; protected set; }

    /// <summary>What to wait for.</summary>
    public abstract Wants Wants { get; }

    /// <summary>Gets a value indicating whether it is over, one way or the other.</summary>
    protected bool IsOver => IsOpen || Fault.Exists || RetryWith is not null;

    /// <summary>Advances; true once it is over.</summary>
    public abstract bool Poll(Instant now, TimeProvider clock);

    /// <summary>Releases its buffers; the transport is not touched.</summary>
    public virtual void Close()
    {
    }

    protected static Fault Refusal(string detail, TransportFailure transport = default, int status = 0) => new()
    {
        Kind = FaultKind.ProxyFailed,
        Phase = ConnectPhase.ProxyTunnel,
        Detail = detail,
        BytesExpected = -1,
        ProxyStatusCode = status,
        Transport = transport,
    };
}
