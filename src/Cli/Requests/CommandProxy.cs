using System.Net;

namespace PollHttp.Cli.Requests;

/// <summary>Represents the proxy of <c>--proxy</c>, which is bypassed for the hosts of <c>--noproxy</c> and their subdomains.</summary>
internal sealed class CommandProxy(Uri address, ICredentials? credentials, IReadOnlyList<string> exceptions) : IWebProxy
{
    public ICredentials? Credentials { get; set; } = credentials;

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : address;

    public bool IsBypassed(Uri host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return exceptions.Any(exception => IsBelow(host.Host, exception));
    }

    private static bool IsBelow(string host, string exception)
    {
        string name = exception.TrimStart('.');
        return host.Equals(name, StringComparison.OrdinalIgnoreCase)
            || (host.Length > name.Length && host[^(name.Length + 1)] == '.' && host.EndsWith(name, StringComparison.OrdinalIgnoreCase));
    }
}
