namespace PollHttp;

/// <summary>A cookie in a <see cref="CookieStore"/>.</summary>
public sealed record StoredCookie
{
    /// <summary>Gets or sets the name; may be empty.</summary>
    public required string Name { get; init; }

    /// <summary>Gets or sets the value, exactly as received.</summary>
    public required string Value { get; init; }

    /// <summary>Gets or sets the host or domain it is for, lower-case and in A-labels.</summary>
    public required string Domain { get; init; }

    /// <summary>Gets or sets a value indicating whether it goes to that host alone, and not to the hosts below it.</summary>
    public bool IsHostOnly { get; init; }

    /// <summary>Gets or sets the path it goes to, and to those below it.</summary>
    public required string Path { get; init; }

    /// <summary>Gets or sets a value indicating whether it goes over TLS only.</summary>
    public bool IsSecure { get; init; }

    /// <summary>Gets or sets a value indicating whether scripts may not see it; of no meaning here, but kept.</summary>
    public bool IsHttpOnly { get; init; }

    /// <summary>Its SameSite attribute.</summary>
    public SameSite SameSite { get; init; }

    /// <summary>When it ends; null: with the session, which is the life of the store.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>When a cookie of this name, domain and path first came.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>Returns the name and where it is for, without the value, which may be a secret.</summary>
    public override string ToString() => $"{Name}=… ({Domain}{Path})";

    internal bool IsExpired(DateTimeOffset now) => Expires <= now;
}
