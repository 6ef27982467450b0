namespace PollHttp.Differential;

/// <summary>A cookie in a <see cref="CookieModel"/>, with the fields of RFC 6265bis §5.7.</summary>
/// <param name="Order">The place among all creations, in the stead of creation-time: cookies of one moment are told apart by it.</param>
/// <param name="Expiry">The expiry-time; null where the persistent-flag is false.</param>
internal sealed record ModelCookie(
    string Name, string Value, string Domain, bool IsHostOnly, string Path, bool IsSecureOnly, bool IsHttpOnly, SameSite SameSite, DateTimeOffset? Expiry, long Order)
{
    /// <summary>Gets or sets the last-access-time.</summary>
    public DateTimeOffset LastAccess { get; set; }

    /// <summary>Whether both would be one cookie in a store (§5.7 step 22 and after).</summary>
    public bool IsOneWith(ModelCookie other) => (Name, Domain, IsHostOnly, Path) == (other.Name, other.Domain, other.IsHostOnly, other.Path);
}
