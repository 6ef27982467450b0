using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PollHttp.Parity.Running;

/// <summary>Certificates that nobody but a test trusts.</summary>
internal static class Certificates
{
    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private static readonly Lazy<X509Certificate2> s_localhost = new(static () => Make("localhost", ServerAuthentication));

    /// <summary>Of a server that is addressed as localhost.</summary>
    public static X509Certificate2 Localhost => s_localhost.Value;

    /// <summary>Self-signed, with its key; an empty usage for none.</summary>
    public static X509Certificate2 Make(string name, string usage, X509KeyUsageFlags keyUsage = X509KeyUsageFlags.DigitalSignature)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509KeyUsageExtension(keyUsage, critical: true));
        if (usage.Length > 0)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        }

        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
