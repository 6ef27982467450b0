namespace PollHttp;

/// <summary>
/// Specifies the SameSite attribute of a cookie. It is only kept as data: a client outside a browser has no site to compare with.
/// </summary>
public enum SameSite
{
    /// <summary>The attribute is missing or unknown.</summary>
    Unspecified,

    /// <summary>The attribute is <c>None</c>.</summary>
    None,

    /// <summary>The attribute is <c>Lax</c>.</summary>
    Lax,

    /// <summary>The attribute is <c>Strict</c>.</summary>
    Strict,
}
