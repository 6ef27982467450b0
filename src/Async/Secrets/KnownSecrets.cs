namespace PollHttp.Secrets;

/// <summary>Lists request fields that are known to contain secrets. They are not sent to another origin, and not logged.</summary>
internal static class KnownSecrets
{
    public static IReadOnlyList<string> RequestFields { get; } =
    [
        "Authorization", "Cookie", "Cookie2", "Proxy-Authorization", "X-Api-Key", "Api-Key", "ApiKey", "X-Auth-Token", "X-Access-Token",
        "X-CSRF-Token", "X-XSRF-Token", "X-CSRFToken", "X-Amz-Security-Token", "X-Goog-Api-Key", "Private-Token",
    ];

    /// <summary>
    /// Determines whether a field is dropped when a redirect leaves the origin: a field with a secret, or a Host field set by the caller,
    /// which is for the first origin.
    /// </summary>
    public static bool BelongsToOrigin(string name) =>
        name.Equals("Host", StringComparison.OrdinalIgnoreCase) || RequestFields.Contains(name, StringComparer.OrdinalIgnoreCase);
}
