namespace PollHttp.Core;

/// <summary>Classes of transport failure that callers treat differently.</summary>
public enum TransportError
{
    /// <summary>Nothing failed.</summary>
    None,

    /// <summary>Nobody listens at the address.</summary>
    Refused,

    /// <summary>There is no route, or the address can't be used from here.</summary>
    Unreachable,

    /// <summary>The peer, or something between, reset the connection.</summary>
    Reset,

    /// <summary>The operating system gave up waiting.</summary>
    TimedOut,

    /// <summary>This machine ran out of handles, ports or buffers.</summary>
    ResourceExhausted,

    /// <summary>The TLS handshake failed for a reason other than the certificate.</summary>
    TlsHandshake,

    /// <summary>The server's certificate was not accepted.</summary>
    Certificate,

    /// <summary>The TLS stream broke after the handshake (alert, damaged record).</summary>
    TlsData,

    /// <summary>A connect filter did not allow the address.</summary>
    Forbidden,

    /// <summary>None of the others fits.</summary>
    Other,
}
