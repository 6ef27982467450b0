namespace PollHttp.Connections;

/// <summary>
/// Specifies how far the response of the exchange on a connection is. Sending the content has its own states (<see cref="Upload"/>), since a
/// response may come before the content has ended. <see cref="StageTransitions"/> lists the allowed changes.
/// </summary>
internal enum ExchangeStage
{
    /// <summary>The stage before an exchange has begun: there is none, or it waits for the connection to be made.</summary>
    Queued,

    /// <summary>The stage while an extended CONNECT waits for the settings of the server, which say whether it may be sent.</summary>
    AwaitingSettings,

    /// <summary>The stage after the exchange has begun, until a final head comes.</summary>
    AwaitingHead,

    /// <summary>The stage when the final head has come and is to be evaluated.</summary>
    HeadReceived,

    /// <summary>The stage while objects of the user evaluate the head, outside the lock. Nothing moves on the connection meanwhile.</summary>
    Evaluating,

    /// <summary>The stage after the head was handled, until the body is consumed to its end.</summary>
    Body,

    /// <summary>The stage once the response has ended. Content may still be being sent.</summary>
    Done,
}
