namespace PollHttp.Core;

/// <summary>How far a transport is.</summary>
public enum TransportStatus
{
    /// <summary>The connect or the handshake is under way.</summary>
    Opening,

    /// <summary>Bytes can be read and written.</summary>
    Open,

    /// <summary>Opening failed, or later I/O did; <see cref="ITransport.Failure"/> says why.</summary>
    Failed,
}
