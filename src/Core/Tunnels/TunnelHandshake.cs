namespace PollHttp.Core;

/// <summary>Represents a dialogue with a proxy over a transport that stays ours. At its end the transport leads to the origin.</summary>
internal abstract class TunnelHandshake
{
    /// <summary>Gets or sets the reason why there is no tunnel, or the default value.</summary>
    public Fault Fault { get; protected set; }

    /// <summary>Gets or sets a value indicating whether the transport now leads to the origin.</summary>
    public bool IsOpen { get; protected set; }

    /// <summary>Gets or sets the authorization to use on a new connection to the proxy; null if none is needed.</summary>
    public string? RetryWith { get; protected set; }

    /// <summary>Gets what to wait for.</summary>
    public abstract Wants Wants { get; }

    /// <summary>Gets a value indicating whether the dialogue is over, successfully or not.</summary>
    protected bool IsOver => IsOpen || Fault.Exists || RetryWith is not null;

    /// <summary>Makes progress; returns true once the dialogue is over.</summary>
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
