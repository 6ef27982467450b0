namespace PollHttp.Proxies;

/// <summary>
/// Implements the platform's default proxy, plus what the platform ignores in the environment: it connects directly if it can't parse a
/// variable.
/// </summary>
internal sealed class DefaultProxy : IWebProxy
{
    private readonly IWebProxy _platform;
    private readonly EnvironmentProxy _beyond;

    private DefaultProxy(IWebProxy platform, EnvironmentProxy beyond)
    {
        _platform = platform;
        _beyond = beyond;
    }

    public ICredentials? Credentials
    {
        get => _platform.Credentials;
        set => _platform.Credentials = value;
    }

    /// <summary>
    /// Returns the default proxy of the process. A proxy that the program has set itself does not depend on the environment.
    /// </summary>
    public static IWebProxy OfProcess()
    {
        IWebProxy platform = HttpClient.DefaultProxy;
        return platform.GetType().Assembly == typeof(HttpClient).Assembly && EnvironmentProxy.OfProcess()?.BeyondPlatform() is { } beyond
            ? new DefaultProxy(platform, beyond)
            : platform;
    }

    public Uri? GetProxy(Uri destination) =>
        !_platform.IsBypassed(destination) && _platform.GetProxy(destination) is { } proxy ? proxy : _beyond.GetProxy(destination);

    public bool IsBypassed(Uri host) => _platform.IsBypassed(host) && _beyond.IsBypassed(host);
}
