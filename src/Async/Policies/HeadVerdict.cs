namespace PollHttp.Policies;

/// <summary>What is to be done with a response head.</summary>
internal enum HeadVerdict
{
    /// <summary>The response is what the caller waits for, or, with a refusal, part of an error.</summary>
    Deliver,

    /// <summary>The exchange was changed and goes out again; what is left of this response is drained.</summary>
    SendAgain,

    /// <summary>The exchange has failed meanwhile; what is left of this response is drained.</summary>
    Stop,
}
