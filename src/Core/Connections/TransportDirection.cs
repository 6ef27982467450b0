namespace PollHttp.Core;

/// <summary>Which direction of a transport failed.</summary>
public enum TransportDirection
{
    /// <summary>When nothing more can be received.</summary>
    Receive,

    /// <summary>When nothing more can be sent.</summary>
    Send,
}
