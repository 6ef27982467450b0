namespace PollHttp.Core;

/// <summary>Classes of transport failure that callers treat differently.</summary>
public enum TransportError
{
    /// <summary>When nothing failed.</summary>
    None,

    /// <summary>When nobody listens at the address.</summary>
    Refused,

    /// <summary>When there is no route, or the address can't be used from here.</summary>
    Unreachable,

    /// <summary>When the peer, or something between, reset the connection.</summary>
    Reset,

    /// <summary>When the operating system gave up waiting.</summary>
    TimedOut,

    /// <summary>When this machine ran out of handles, ports or buffers.</summary>
    ResourceExhausted,

    /// <summary>When the TLS handshake failed for a reason other than the certificate.</summary>
    TlsHandshake,

    /// <summary>When the server's certificate was not accepted.</summary>
    Certificate,

    /// <summary>When the TLS stream broke after the handshake (alert, damaged record).</summary>
    TlsData,

    /// <summary>When a connect filter did not allow the address.</summary>
    Forbidden,

    /// <summary>When none of the others fits.</summary>
    Other,
}
