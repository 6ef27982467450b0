using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PollHttp.Sockets;

/// <summary>
/// Determines whether a certificate is for a host, by its alternative names only (RFC 9525 §2). The platform also accepts the common name,
/// and an address written as a DNS name.
/// </summary>
internal static class CertificateNames
{
    /// <param name="certificate">The server's certificate.</param>
    /// <param name="host">A name or an IP literal; null or empty if no name is required.</param>
    internal static bool Match(X509Certificate2 certificate, string? host)
    {
        if (string.IsNullOrEmpty(host))
        {
            return true;
        }
        try
        {
            return certificate.MatchesHostname(host, allowWildcards: true, allowCommonName: false);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return false; // names that can't be parsed, or a host that no name can match
        }
    }
}
