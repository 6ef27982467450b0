namespace PollHttp.Core;

/// <summary>Specifies whether a server takes an extended CONNECT (RFC 8441 §3).</summary>
public enum ExtendedConnectSupport
{
    /// <summary>The settings of the server have not come.</summary>
    Unknown,

    /// <summary>The server has sent SETTINGS_ENABLE_CONNECT_PROTOCOL.</summary>
    Supported,

    /// <summary>The server has not sent SETTINGS_ENABLE_CONNECT_PROTOCOL, or the connection is HTTP/1.</summary>
    NotSupported,
}
