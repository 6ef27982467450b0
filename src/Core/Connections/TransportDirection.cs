namespace PollHttp.Core;

/// <summary>Which direction of a transport failed.</summary>
public enum TransportDirection
{
    /// <summary>Nothing more can be received.</summary>
    Receive,

    /// <summary>Nothing more can be sent.</summary>
    Send,
}
