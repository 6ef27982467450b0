namespace PollHttp.Core;

/// <summary>How far a transport is.</summary>
public enum TransportStatus
{
    /// <summary>While the connect or the handshake is under way.</summary>
    Opening,

    /// <summary>When bytes can be read and written.</summary>
    Open,

    /// <summary>When opening failed, or later I/O did; <see cref="ITransport.Failure"/> says why.</summary>
    Failed,
}
