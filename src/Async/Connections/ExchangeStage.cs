namespace PollHttp.Connections;

/// <summary>
/// How far the response of the exchange on a connection is. Sending its content is a machine of its own (<see cref="Upload"/>), since a
/// response may come before the content has ended. <see cref="StageTransitions"/> has what may follow what.
/// </summary>
internal enum ExchangeStage
{
    /// <summary>Nothing was begun: there is no exchange, or it waits for the connection to be made.</summary>
    Queued,

    /// <summary>It was begun, and no final head has come.</summary>
    AwaitingHead,

    /// <summary>The final head is here, and is to be evaluated.</summary>
    HeadReceived,

    /// <summary>Objects of the user's are asked about the head, outside of the lock. Nothing moves on the connection meanwhile.</summary>
    Evaluating,

    /// <summary>The head has gone its way, and the body has not been consumed to its end.</summary>
    Body,

    /// <summary>The response is over. Content may still be being sent.</summary>
    Done,
}
