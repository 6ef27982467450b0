using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using PollHttp.Core;

namespace PollHttp.Sockets;

/// <summary>Prepares options for handshakes that must not block.</summary>
internal static class TlsClientOptions
{
    /// <summary>
    /// Returns a copy that never downloads certificates: a server that omits its intermediate certificate, with a download address that
    /// stalls, would block one poll for 10 s. A policy that the caller set is not changed.
    /// </summary>
    internal static SslClientAuthenticationOptions WithoutDownloads(SslClientAuthenticationOptions options)
    {
        SslClientAuthenticationOptions copy = TlsOptionsCopy.Of(options);
        copy.CertificateChainPolicy ??= new X509ChainPolicy
        {
            RevocationMode = options.CertificateRevocationCheckMode,
            RevocationFlag = X509RevocationFlag.ExcludeRoot,
            DisableCertificateDownloads = true,
        };
        return copy;
    }
}
