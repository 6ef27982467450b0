namespace PollHttp;

/// <summary>
/// The proxy that the environment names: http_proxy, https_proxy, all_proxy and no_proxy, lower case before upper case. HTTP_PROXY
/// is not read in a CGI program, where a request's field could set it.
/// </summary>
internal sealed class EnvironmentProxy : IWebProxy
{
    private readonly Uri? _forHttp;
    private readonly Uri? _forHttps;
    private readonly ProxyBypass _bypass;

    public EnvironmentProxy(Func<string, string?> read)
    {
        string? all = Read(read, "all_proxy", "ALL_PROXY");
        bool isCgi = !string.IsNullOrEmpty(read("REQUEST_METHOD"));
        _forHttp = Parse(Read(read, "http_proxy", isCgi ? null : "HTTP_PROXY") ?? all);
        _forHttps = Parse(Read(read, "https_proxy", "HTTPS_PROXY") ?? all);
        _bypass = new(Read(read, "no_proxy", "NO_PROXY"));
    }

    public ICredentials? Credentials { get; set; }

    /// <summary>The proxy of this process, or null when the environment names none.</summary>
    public static EnvironmentProxy? OfProcess()
    {
        EnvironmentProxy proxy = new(Environment.GetEnvironmentVariable);
        return proxy._forHttp is null && proxy._forHttps is null ? null : proxy;
    }

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : Of(destination);

    public bool IsBypassed(Uri host) => Of(host) is null || _bypass.Covers(host);

    private Uri? Of(Uri destination) => destination.Scheme is "https" or "wss" ? _forHttps : _forHttp;

    private static string? Read(Func<string, string?> read, string lower, string? upper) =>
        read(lower) is { Length: > 0 } value ? value : upper is not null && read(upper) is { Length: > 0 } other ? other : null;

    /// <summary>A value without a scheme names an HTTP proxy.</summary>
    private static Uri? Parse(string? value)
    {
        if (value is null)
        {
            return null;
        }

        string text = value.Contains("://", StringComparison.Ordinal) ? value : "http://" + value;
        return Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Host.Length > 0 ? uri : null;
    }
}
