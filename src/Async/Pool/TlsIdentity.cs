using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace PollHttp.Pool;

/// <summary>
/// Represents TLS settings as part of a pool's key. They are copied, so that later changes affect neither the key nor its connections. Two
/// are equal only if every setting is equal.
/// </summary>
internal sealed class TlsIdentity : IEquatable<TlsIdentity>
{
    private readonly object?[] _parts;

    public TlsIdentity(SslClientAuthenticationOptions options)
    {
        Options = TlsOptionsCopy.Of(options);
        _parts =
        [
            options.AllowRenegotiation, options.AllowTlsResume, options.CertificateChainPolicy, options.CertificateRevocationCheckMode,
            options.CipherSuitesPolicy, options.ClientCertificateContext, options.EnabledSslProtocols, options.EncryptionPolicy,
            options.LocalCertificateSelectionCallback, options.RemoteCertificateValidationCallback, options.TargetHost,
            .. ProtocolsOf(options), .. CertificatesOf(options), .. PaddingsOf(options),
        ];
    }

    /// <summary>Gets the settings to connect with, which are never changed.</summary>
    public SslClientAuthenticationOptions Options { get; }

    public bool Equals(TlsIdentity? other) => other is not null && _parts.AsSpan().SequenceEqual(other._parts);

    public override bool Equals(object? obj) => Equals(obj as TlsIdentity);

    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (object? part in _parts)
        {
            hash.Add(part);
        }

        return hash.ToHashCode();
    }

    private static IEnumerable<object?> ProtocolsOf(SslClientAuthenticationOptions options) =>
        options.ApplicationProtocols is { } protocols ? [.. protocols.Cast<object?>(), "end of protocols"] : ["no protocols"];

    private static IEnumerable<object?> CertificatesOf(SslClientAuthenticationOptions options) =>
        options.ClientCertificates is { } certificates ? [.. certificates.Cast<X509Certificate>(), "end of certificates"] : ["no certificates"];

    private static IEnumerable<object?> PaddingsOf(SslClientAuthenticationOptions options)
    {
#if NET10_0_OR_GREATER
        if (OperatingSystem.IsLinux())
        {
            return [options.AllowRsaPkcs1Padding, options.AllowRsaPssPadding];
        }
#endif
        return [];
    }
}
