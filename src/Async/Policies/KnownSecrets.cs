namespace PollHttp;

/// <summary>Fields of requests that are known to have secrets: they go to no other origin, and into no log.</summary>
internal static class KnownSecrets
{
    public static IReadOnlyList<string> RequestFields { get; } =
    [
        "Authorization", "Cookie", "Cookie2", "Proxy-Authorization", "X-Api-Key", "Api-Key", "ApiKey", "X-Auth-Token", "X-Access-Token",
        "X-CSRF-Token", "X-XSRF-Token", "X-CSRFToken", "X-Amz-Security-Token", "X-Goog-Api-Key", "Private-Token",
    ];
}
