namespace PollHttp.Core;

/// <summary>Where a <see cref="PollClient"/> stands: the ten statuses of Godot's HTTPClient.</summary>
public enum PollStatus
{
    /// <summary>When there is no connection: at the start, after Close, and after the server ended a connection in order.</summary>
    Disconnected,

    /// <summary>When the host name (the proxy's, where there is one) is being looked up.</summary>
    Resolving,

    /// <summary>When the name could not be resolved, or not in time. Only ConnectToHost or Close leave it.</summary>
    CantResolve,

    /// <summary>When addresses are being tried, a proxy is being asked, or the TLS handshake is under way.</summary>
    Connecting,

    /// <summary>When no address, or the proxy, could be connected to. Only ConnectToHost or Close leave it.</summary>
    CantConnect,

    /// <summary>When a request can be made; also when the last response had no content, or has been read to its end.</summary>
    Connected,

    /// <summary>When a request is being sent or its response head awaited.</summary>
    Requesting,

    /// <summary>When a response head has arrived and its body has not been read to the end.</summary>
    Body,

    /// <summary>When the connection failed, a cut-off body included. Only ConnectToHost or Close leave it.</summary>
    ConnectionError,

    /// <summary>When the TLS handshake failed, or not in time. Only ConnectToHost or Close leave it.</summary>
    TlsHandshakeError,
}
