using System.Net.Security;

namespace PollHttp.Proxies;

/// <summary>Finds the proxy of an address: asks an <see cref="IWebProxy"/>, and makes a value of its answer (P-053, P-055).</summary>
internal static class ProxyChoice
{
    /// <summary>Initializes the proxy for an address, and as whom it is spoken to; null for none, and for nobody.</summary>
    /// <param name="proxy">Who is asked.</param>
    /// <param name="address">What is to be requested.</param>
    /// <param name="defaultCredentials">For a proxy without its own.</param>
    /// <param name="socksResolves">Whether socks5 means socks5h, as it does to the platform.</param>
    /// <param name="tls">Towards an HTTPS proxy; null for the defaults.</param>
    /// <exception cref="NotSupportedException">The proxy's address has a scheme that no proxy is spoken to with.</exception>
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
            return (spec, credentials); // which are used when they are asked for
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
