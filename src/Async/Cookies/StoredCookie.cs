namespace PollHttp;

/// <summary>Represents a cookie in a <see cref="CookieStore"/>.</summary>
public sealed record StoredCookie
{
    /// <summary>Gets or sets the name; may be empty.</summary>
    public required string Name { get; init; }

    /// <summary>Gets or sets the value, exactly as received.</summary>
    public required string Value { get; init; }

    /// <summary>Gets or sets the host or domain of the cookie, lower-case and in A-labels.</summary>
    public required string Domain { get; init; }

    /// <summary>Gets or sets a value indicating whether the cookie is sent only to this host, not to its subdomains.</summary>
    public bool IsHostOnly { get; init; }

    /// <summary>Gets or sets the path of the cookie, which also covers paths below it.</summary>
    public required string Path { get; init; }

    /// <summary>Gets or sets a value indicating whether the cookie is sent only over TLS.</summary>
    public bool IsSecure { get; init; }

    /// <summary>Gets or sets a value indicating whether the cookie is hidden from scripts; kept, but without meaning here.</summary>
    public bool IsHttpOnly { get; init; }

    /// <summary>Gets or sets the SameSite attribute.</summary>
    public SameSite SameSite { get; init; }

    /// <summary>Gets or sets the expiry time; null for a session cookie, which lives as long as the store.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Gets or sets when a cookie of this name, domain and path first arrived.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>Returns the name, domain and path, without the value, which may be a secret.</summary>
    public override string ToString() => $"{Name}=… ({Domain}{Path})";

    internal bool IsExpired(DateTimeOffset now) => Expires <= now;
}
