namespace PollHttp.Cookies;

/// <summary>Represents a cookie in the lists of a <see cref="CookieStore"/>, with the time of its last use.</summary>
internal sealed class CookieEntry(StoredCookie cookie, DateTimeOffset lastAccess)
{
    public StoredCookie Cookie { get; } = cookie;

    /// <summary>Gets or sets when the cookie was last set or sent (last-access-time, RFC 6265bis §5.7).</summary>
    public DateTimeOffset LastAccess { get; set; } = lastAccess;
}
