namespace PollHttp.Core;

/// <summary>Specifies which direction of a transport failed.</summary>
public enum TransportDirection
{
    /// <summary>Nothing more can be received.</summary>
    Receive,

    /// <summary>Nothing more can be sent.</summary>
    Send,
}
