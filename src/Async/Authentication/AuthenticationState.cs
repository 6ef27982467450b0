namespace PollHttp.Authentication;

/// <summary>How far one exchange is with authenticating itself to one party: the origin, or a proxy.</summary>
internal sealed class AuthenticationState
{
    /// <summary>What the next attempt carries, and what the last one was refused with.</summary>
    public required Authorization Answer { get; set; }

    /// <summary>Gets or sets a fresh nonce was answered already: that happens once.</summary>
    public bool HasBeenStale { get; set; }

    /// <summary>Gets or sets the answer was made up before there was a challenge, so being refused costs no try.</summary>
    public bool IsUnasked { get; set; }
}
