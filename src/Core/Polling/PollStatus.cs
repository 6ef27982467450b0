namespace PollHttp.Core;

/// <summary>Specifies the status of a <see cref="PollClient"/>: the ten statuses of Godot's HTTPClient.</summary>
public enum PollStatus
{
    /// <summary>There is no connection: at the start, after Close, and after the server ended a connection in order.</summary>
    Disconnected,

    /// <summary>The host name (with a proxy, the proxy's) is being looked up.</summary>
    Resolving,

    /// <summary>The name could not be resolved, or not in time. Only ConnectToHost or Close leave this status.</summary>
    CantResolve,

    /// <summary>Addresses are being tried, a proxy is being asked, or the TLS handshake is in progress.</summary>
    Connecting,

    /// <summary>No connection to an address or to the proxy could be made. Only ConnectToHost or Close leave this status.</summary>
    CantConnect,

    /// <summary>A request can be made. Also the status after a response without content, or one that was read to its end.</summary>
    Connected,

    /// <summary>A request is being sent, or its response head is awaited.</summary>
    Requesting,

    /// <summary>A response head has arrived, and its body has not been read to the end.</summary>
    Body,

    /// <summary>The connection failed; this includes a truncated body. Only ConnectToHost or Close leave this status.</summary>
    ConnectionError,

    /// <summary>The TLS handshake failed, or did not end in time. Only ConnectToHost or Close leave this status.</summary>
    TlsHandshakeError,
}
