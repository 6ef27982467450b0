namespace PollHttp;

/// <summary>Specifies what to do about a redirect.</summary>
public enum RedirectDecision
{
    /// <summary>Do what is done without a policy.</summary>
    Default,

    /// <summary>Follow it, also from https to http. Secrets are still dropped when the origin changes.</summary>
    Follow,

    /// <summary>Return this response to the caller.</summary>
    Return,

    /// <summary>Fail the request with a <see cref="RedirectException"/>.</summary>
    Refuse,
}
