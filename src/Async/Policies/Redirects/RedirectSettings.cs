using PollHttp.Authentication;

namespace PollHttp.Policies;

/// <summary>How redirects are followed. The defaults are those of <see cref="PollHttpClient"/>.</summary>
internal sealed record RedirectSettings
{
    public bool Follows { get; init; } = true;

    public int Limit { get; init; } = 20;

    /// <summary>
    /// As the platform does: 300 is followed, Authorization never is, and what we refuse (over the limit, from https to http, content
    /// that can't be sent again) is the caller's response instead of an error.
    /// </summary>
    public bool AsPlatform { get; init; }

    /// <summary>Fields dropped when the origin changes, besides the known ones.</summary>
    public IReadOnlyList<string> SecretFields { get; init; } = [];

    public Func<RedirectContext, RedirectDecision>? Policy { get; init; }
}
