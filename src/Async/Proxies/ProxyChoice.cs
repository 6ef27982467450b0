using System.Net.Security;

namespace PollHttp;

/// <summary>Finds the proxy of an address: asks an <see cref="IWebProxy"/>, and makes a value of its answer (P-053, P-055).</summary>
internal static class ProxyChoice
{
    /// <summary>The proxy for an address, or null for none.</summary>
    /// <param name="proxy">Who is asked.</param>
    /// <param name="address">What is to be requested.</param>
    /// <param name="defaultCredentials">For a proxy without its own.</param>
    /// <param name="socksResolves">Whether socks5 means socks5h, as it does to the platform.</param>
    /// <param name="tls">Towards an HTTPS proxy; null for the defaults.</param>
    /// <exception cref="NotSupportedException">The proxy's address has a scheme that no proxy is spoken to with.</exception>
    public static ProxySpec? Find(
        IWebProxy? proxy, Uri address, ICredentials? defaultCredentials, bool socksResolves = false, SslClientAuthenticationOptions? tls = null)
    {
        if (proxy is null || proxy.IsBypassed(address) || proxy.GetProxy(address) is not { } uri || uri == address)
        {
            return null;
        }

        ICredentials? credentials = proxy.Credentials ?? defaultCredentials;
        NetworkCredential? credential = CredentialOf(uri)
            ?? credentials?.GetCredential(uri, DigestSession.Scheme)
            ?? credentials?.GetCredential(uri, BasicCredentials.Scheme);
        if (ReferenceEquals(credential, CredentialCache.DefaultNetworkCredentials))
        {
            credential = null; // not to be given away in Basic or Digest
        }

        ProxyScheme scheme = SchemeOf(uri);
        return new()
        {
            Scheme = socksResolves && scheme == ProxyScheme.Socks5 ? ProxyScheme.Socks5h : scheme,
            Tls = scheme == ProxyScheme.Https ? tls : null,
            Host = uri.IdnHost.Trim('[', ']'),
            Port = uri.IsDefaultPort && uri.Port < 0 ? 1080 : uri.Port,
            UserName = credential is null ? null : credential.Domain.Length == 0 ? credential.UserName : $"{credential.Domain}\\{credential.UserName}",
            Password = credential?.Password,
        };
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
        return colon < 0
            ? new(Uri.UnescapeDataString(uri.UserInfo), "")
            : new(Uri.UnescapeDataString(uri.UserInfo[..colon]), Uri.UnescapeDataString(uri.UserInfo[(colon + 1)..]));
    }
}
