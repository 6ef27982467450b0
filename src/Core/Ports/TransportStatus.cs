namespace PollHttp.Core;

/// <summary>Specifies the status of a transport.</summary>
public enum TransportStatus
{
    /// <summary>The connect or the handshake is in progress.</summary>
    Opening,

    /// <summary>Bytes can be read and written.</summary>
    Open,

    /// <summary>Opening failed, or later I/O did; <see cref="ITransport.Failure"/> says why.</summary>
    Failed,
}
