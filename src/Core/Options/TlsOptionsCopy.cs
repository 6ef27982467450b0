using System.Net.Security;

namespace PollHttp.Core;

/// <summary>
/// Copies TLS options, so that later changes of the original have no effect. Compiled into each assembly that needs it, since it is not
/// part of any public API.
/// </summary>
internal static class TlsOptionsCopy
{
    /// <summary>Returns a copy with every property of the original and separate lists.</summary>
    public static SslClientAuthenticationOptions Of(SslClientAuthenticationOptions options)
    {
        SslClientAuthenticationOptions copy = new()
        {
            AllowRenegotiation = options.AllowRenegotiation,
            AllowTlsResume = options.AllowTlsResume,
            ApplicationProtocols = options.ApplicationProtocols is null ? null : [.. options.ApplicationProtocols],
            CertificateChainPolicy = options.CertificateChainPolicy,
            CertificateRevocationCheckMode = options.CertificateRevocationCheckMode,
            CipherSuitesPolicy = options.CipherSuitesPolicy,
            ClientCertificateContext = options.ClientCertificateContext,
            ClientCertificates = options.ClientCertificates is null ? null : [.. options.ClientCertificates],
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
}
