namespace PollHttp;

/// <summary>The SameSite attribute of a cookie. Kept as data: a client outside a browser has no site to compare with.</summary>
public enum SameSite
{
    /// <summary>There was no such attribute, or none that is known.</summary>
    Unspecified,

    /// <summary>When it was <c>None</c>.</summary>
    None,

    /// <summary>When it was <c>Lax</c>.</summary>
    Lax,

    /// <summary>When it was <c>Strict</c>.</summary>
    Strict,
}
