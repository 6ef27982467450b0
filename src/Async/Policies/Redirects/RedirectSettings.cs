using PollHttp.Authentication;

namespace PollHttp.Policies;

/// <summary>Specifies how redirects are followed. The defaults are those of <see cref="PollHttpClient"/>.</summary>
internal sealed record RedirectSettings
{
    public bool Follows { get; init; } = true;

    public int Limit { get; init; } = 20;

    /// <summary>
    /// Gets or sets a value indicating whether to behave as the platform does: 300 is followed, Authorization is never forwarded, and what
    /// we refuse (too many redirects, from https to http, content that can't be sent again) is returned to the caller instead of an error.
    /// </summary>
    public bool AsPlatform { get; init; }

    /// <summary>Gets or sets the fields to drop when the origin changes, in addition to the known ones.</summary>
    public IReadOnlyList<string> SecretFields { get; init; } = [];

    public Func<RedirectContext, RedirectDecision>? Policy { get; init; }
}
