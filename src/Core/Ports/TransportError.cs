namespace PollHttp.Core;

/// <summary>Specifies the classes of transport failure that callers treat differently.</summary>
public enum TransportError
{
    /// <summary>Nothing failed.</summary>
    None,

    /// <summary>Nothing listens at the address.</summary>
    Refused,

    /// <summary>There is no route, or the address can't be used from this machine.</summary>
    Unreachable,

    /// <summary>The peer or an intermediary reset the connection.</summary>
    Reset,

    /// <summary>The operating system's timeout expired.</summary>
    TimedOut,

    /// <summary>This machine ran out of handles, ports or buffers.</summary>
    ResourceExhausted,

    /// <summary>The TLS handshake failed for a reason other than the certificate.</summary>
    TlsHandshake,

    /// <summary>The server's certificate was not accepted.</summary>
    Certificate,

    /// <summary>The TLS stream broke after the handshake (alert, damaged record).</summary>
    TlsData,

    /// <summary>A connect filter refused the address.</summary>
    Forbidden,

    /// <summary>Any other failure.</summary>
    Other,
}
