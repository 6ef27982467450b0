using System.Net.Security;

namespace PollHttp.Proxies;

/// <summary>Finds the proxy of an address: calls an <see cref="IWebProxy"/> and converts its answer to a value.</summary>
internal static class ProxyChoice
{
    /// <summary>Returns the proxy for an address and the credentials for it, either of which may be null.</summary>
    /// <param name="proxy">The proxy settings.</param>
    /// <param name="address">The address to request.</param>
    /// <param name="defaultCredentials">The credentials for a proxy without its own.</param>
    /// <param name="socksResolves">Whether socks5 means socks5h, as on the platform.</param>
    /// <param name="tls">The TLS options towards an HTTPS proxy; null for the defaults.</param>
    /// <exception cref="NotSupportedException">The scheme of the proxy's address is not supported.</exception>
    public static (ProxySpec? Proxy, ProxyCredentials? Credentials) Find(
        IWebProxy? proxy, Uri address, ICredentials? defaultCredentials, bool socksResolves = false, SslClientAuthenticationOptions? tls = null)
    {
        if (proxy is null || proxy.IsBypassed(address) || proxy.GetProxy(address) is not { } uri || uri == address)
        {
            return default;
        }

        ProxyCredentials? credentials = ProxyCredentials.Find(uri, CredentialOf(uri) ?? proxy.Credentials ?? defaultCredentials);
        ProxyScheme scheme = SchemeOf(uri);
        ProxySpec spec = new()
        {
            Scheme = socksResolves && scheme == ProxyScheme.Socks5 ? ProxyScheme.Socks5h : scheme,
            Tls = scheme == ProxyScheme.Https ? tls : null,
            Host = HostPort.Unbracket(uri.IdnHost),
            Port = uri.IsDefaultPort && uri.Port < 0 ? 1080 : uri.Port,
        };
        if (!spec.IsSocks)
        {
            return (spec, credentials); // used when the proxy requests them
        }

        return credentials?.ForSocks is not { } credential ? (spec, null) : (spec with
        {
            UserName = credential.Domain.Length == 0 ? credential.UserName : $"{credential.Domain}\\{credential.UserName}",
            Password = credential.Password,
        }, null);
    }

    private static ProxyScheme SchemeOf(Uri uri) => uri.Scheme.ToLowerInvariant() switch
    {
        "http" => ProxyScheme.Http,
        "https" => ProxyScheme.Https,
        "socks4" => ProxyScheme.Socks4,
        "socks4a" => ProxyScheme.Socks4a,
        "socks5" => ProxyScheme.Socks5,
        "socks5h" => ProxyScheme.Socks5h,
        _ => throw new NotSupportedException($"A proxy with the scheme '{uri.Scheme}' is not supported; http, https, socks4, socks4a, socks5 and socks5h are."),
    };

    private static NetworkCredential? CredentialOf(Uri uri)
    {
        if (uri.UserInfo.Length == 0)
        {
            return null;
        }

        int colon = uri.UserInfo.IndexOf(':', StringComparison.Ordinal);
        string user = Uri.UnescapeDataString(colon < 0 ? uri.UserInfo : uri.UserInfo[..colon]);
        string password = colon < 0 ? "" : Uri.UnescapeDataString(uri.UserInfo[(colon + 1)..]);
        int backslash = user.IndexOf('\\', StringComparison.Ordinal);
        return backslash < 0 ? new(user, password) : new(user[(backslash + 1)..], password, user[..backslash]);
    }
}
