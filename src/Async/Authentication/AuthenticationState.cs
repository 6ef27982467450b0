namespace PollHttp.Authentication;

/// <summary>Holds the authentication state of one exchange towards one party: the origin, or a proxy.</summary>
internal sealed class AuthenticationState
{
    /// <summary>Gets or sets the answer that the next attempt carries, or that the last attempt was refused with.</summary>
    public required Authorization Answer { get; set; }

    /// <summary>Gets or sets a value indicating whether a fresh nonce was answered already, which happens once.</summary>
    public bool HasBeenStale { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the answer was sent before there was a challenge, so that a refusal does not count as an
    /// attempt.
    /// </summary>
    public bool IsUnasked { get; set; }
}
