using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace PollHttp.Sockets;

/// <summary>Copies options, so that the caller's object is never changed.</summary>
internal static class TlsClientOptions
{
    /// <summary>A copy with every property of the original.</summary>
    internal static SslClientAuthenticationOptions Clone(SslClientAuthenticationOptions options)
    {
        var copy = new SslClientAuthenticationOptions
        {
            AllowRenegotiation = options.AllowRenegotiation,
            AllowTlsResume = options.AllowTlsResume,
            ApplicationProtocols = options.ApplicationProtocols,
            CertificateChainPolicy = options.CertificateChainPolicy,
            CertificateRevocationCheckMode = options.CertificateRevocationCheckMode,
            CipherSuitesPolicy = options.CipherSuitesPolicy,
            ClientCertificateContext = options.ClientCertificateContext,
            ClientCertificates = options.ClientCertificates,
            EnabledSslProtocols = options.EnabledSslProtocols,
            EncryptionPolicy = options.EncryptionPolicy,
            LocalCertificateSelectionCallback = options.LocalCertificateSelectionCallback,
            RemoteCertificateValidationCallback = options.RemoteCertificateValidationCallback,
            TargetHost = options.TargetHost,
        };
#if NET10_0_OR_GREATER
        if (OperatingSystem.IsLinux())
        {
            copy.AllowRsaPkcs1Padding = options.AllowRsaPkcs1Padding;
            copy.AllowRsaPssPadding = options.AllowRsaPssPadding;
        }
#endif
        return copy;
    }

    /// <summary>
    /// A copy that never downloads certificates: a server that leaves out its intermediate, with an address for it that
    /// stalls, held one poll for 10 s. A policy the caller set is the caller's word.
    /// </summary>
    internal static SslClientAuthenticationOptions CloneWithoutDownloads(SslClientAuthenticationOptions options)
    {
        SslClientAuthenticationOptions copy = Clone(options);
        copy.CertificateChainPolicy ??= new X509ChainPolicy
        {
            RevocationMode = options.CertificateRevocationCheckMode,
            RevocationFlag = X509RevocationFlag.ExcludeRoot,
            DisableCertificateDownloads = true,
        };
        return copy;
    }
}
