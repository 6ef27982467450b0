namespace PollHttp.Policies;

/// <summary>Specifies what to do with a response head.</summary>
internal enum HeadVerdict
{
    /// <summary>The response goes to the caller or, if refused, becomes part of an error.</summary>
    Deliver,

    /// <summary>The exchange was changed and is sent again; the rest of this response is drained.</summary>
    SendAgain,

    /// <summary>The exchange has failed meanwhile; the rest of this response is drained.</summary>
    Stop,
}
