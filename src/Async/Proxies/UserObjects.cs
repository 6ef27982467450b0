namespace PollHttp.Proxies;

/// <summary>
/// Distinguishes objects of user code from those of the platform and of this library, which answer at once without calling other code.
/// </summary>
internal static class UserObjects
{
    public static bool IsOne(ICredentials? credentials) =>
        credentials is not null && credentials.GetType().Assembly != typeof(NetworkCredential).Assembly;

    public static bool IsOne(IWebProxy? proxy) => proxy switch
    {
        null or EnvironmentProxy => false,
        DefaultProxy => IsOne(proxy.Credentials),
        _ when proxy.GetType() == typeof(WebProxy) || proxy.GetType().Assembly == typeof(HttpClient).Assembly => IsOne(proxy.Credentials),
        _ => true,
    };
}
