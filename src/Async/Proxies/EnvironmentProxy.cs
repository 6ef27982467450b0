namespace PollHttp.Proxies;

/// <summary>
/// Implements the proxy of the environment: http_proxy, https_proxy, all_proxy and no_proxy, lower case before upper case. HTTP_PROXY is
/// not read in a CGI program, where a request field could set it.
/// </summary>
/// <remarks>An invalid value fails each request that it applies to: a configured proxy is never bypassed.</remarks>
internal sealed class EnvironmentProxy : IWebProxy
{
    private readonly Variable? _forHttp;
    private readonly Variable? _forHttps;
    private readonly ProxyBypass _bypass;

    public EnvironmentProxy(Func<string, string?> read)
    {
        bool isCgi = !string.IsNullOrEmpty(read("REQUEST_METHOD"));
        _forHttp = Find(read, "http_proxy", isCgi ? null : "HTTP_PROXY", "all_proxy", "ALL_PROXY");
        _forHttps = Find(read, "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY");
        string? exceptions = read("no_proxy");
        _bypass = new(string.IsNullOrEmpty(exceptions) ? read("NO_PROXY") : exceptions);
    }

    private EnvironmentProxy(EnvironmentProxy all)
    {
        _forHttp = all._forHttp is { Address.IsKnownToPlatform: true } ? null : all._forHttp;
        _forHttps = all._forHttps is { Address.IsKnownToPlatform: true } ? null : all._forHttps;
        _bypass = all._bypass;
    }

    public ICredentials? Credentials { get; set; }

    /// <summary>Returns the proxy of this process, or null if the environment names none.</summary>
    public static EnvironmentProxy? OfProcess() => new EnvironmentProxy(Environment.GetEnvironmentVariable).OrNull();

    /// <summary>Returns the variables that the platform can't parse and would ignore; null for none.</summary>
    public EnvironmentProxy? BeyondPlatform() => new EnvironmentProxy(this).OrNull();

    /// <exception cref="PollHttpException">The variable can't be parsed.</exception>
    public Uri? GetProxy(Uri destination)
    {
        if (IsBypassed(destination))
        {
            return null;
        }

        Variable variable = Of(destination)!;
        return variable.Address.Uri ?? throw new PollHttpException(
            HttpRequestError.ProxyTunnelError,
            $"The environment variable {variable.Name} can't be read as the address of a proxy: {variable.Address.Problem}. "
            + "Fix or remove it, set a proxy explicitly, or set UseProxy to false.",
            null,
            default);
    }

    public bool IsBypassed(Uri host) => Of(host) is null || _bypass.Covers(host);

    private EnvironmentProxy? OrNull() => _forHttp is null && _forHttps is null ? null : this;

    private Variable? Of(Uri destination) => destination.Scheme is "https" or "wss" ? _forHttps : _forHttp;

    private static Variable? Find(Func<string, string?> read, params ReadOnlySpan<string?> names)
    {
        foreach (string? name in names)
        {
            if (name is not null && !string.IsNullOrWhiteSpace(read(name)))
            {
                return new(name, ProxyAddress.Read(read(name)!));
            }
        }

        return null;
    }

    private sealed record Variable(string Name, ProxyAddress Address);
}
