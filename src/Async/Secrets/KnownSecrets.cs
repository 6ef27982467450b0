namespace PollHttp.Secrets;

/// <summary>Fields of requests that are known to have secrets: they go to no other origin, and into no log.</summary>
internal static class KnownSecrets
{
    public static IReadOnlyList<string> RequestFields { get; } =
    [
        "Authorization", "Cookie", "Cookie2", "Proxy-Authorization", "X-Api-Key", "Api-Key", "ApiKey", "X-Auth-Token", "X-Access-Token",
        "X-CSRF-Token", "X-XSRF-Token", "X-CSRFToken", "X-Amz-Security-Token", "X-Goog-Api-Key", "Private-Token",
    ];

    /// <summary>
    /// Gets a value indicating whether a field stays behind when a redirect leaves the origin: one with a secret, or a Host set by hand,
    /// which is the first origin's.
    /// </summary>
    public static bool BelongsToOrigin(string name) =>
        name.Equals("Host", StringComparison.OrdinalIgnoreCase) || RequestFields.Contains(name, StringComparer.OrdinalIgnoreCase);
}
