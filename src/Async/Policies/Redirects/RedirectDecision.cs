namespace PollHttp;

/// <summary>What to do about a redirect.</summary>
public enum RedirectDecision
{
    /// <summary>What is done without a policy.</summary>
    Default,

    /// <summary>Follow it, also from https to http. What is secret stays behind all the same when the origin changes.</summary>
    Follow,

    /// <summary>Return this response to the caller.</summary>
    Return,

    /// <summary>Fail the request with a <see cref="RedirectException"/>.</summary>
    Refuse,
}
