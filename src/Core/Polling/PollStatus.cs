namespace PollHttp.Core;

/// <summary>Where a <see cref="PollClient"/> stands: the ten statuses of Godot's HTTPClient.</summary>
public enum PollStatus
{
    /// <summary>There is no connection: at the start, after Close, and after the server ended a connection in order.</summary>
    Disconnected,

    /// <summary>The host name (the proxy's, where there is one) is being looked up.</summary>
    Resolving,

    /// <summary>The name could not be resolved, or not in time. Only ConnectToHost or Close leave it.</summary>
    CantResolve,

    /// <summary>Addresses are being tried, a proxy is being asked, or the TLS handshake is under way.</summary>
    Connecting,

    /// <summary>No address, or the proxy, could be connected to. Only ConnectToHost or Close leave it.</summary>
    CantConnect,

    /// <summary>A request can be made; also when the last response had no content, or has been read to its end.</summary>
    Connected,

    /// <summary>A request is being sent or its response head awaited.</summary>
    Requesting,

    /// <summary>A response head has arrived and its body has not been read to the end.</summary>
    Body,

    /// <summary>The connection failed, a cut-off body included. Only ConnectToHost or Close leave it.</summary>
    ConnectionError,

    /// <summary>The TLS handshake failed, or not in time. Only ConnectToHost or Close leave it.</summary>
    TlsHandshakeError,
}
