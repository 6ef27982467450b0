using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using PollHttp.Core;

namespace PollHttp.Sockets;

/// <summary>Options for handshakes that must not block.</summary>
internal static class TlsClientOptions
{
    /// <summary>
    /// Returns a copy that never downloads certificates: a server that leaves out its intermediate, with an address for it that
    /// stalls, held one poll for 10 s. A policy the caller set is the caller's word.
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
