using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace PollHttp.Sockets;

/// <summary>Describes why a certificate was not accepted.</summary>
internal static class CertificateExplanation
{
    internal static string Describe(string? host, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var leaf = certificate as X509Certificate2;
        var reasons = new List<string>();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            reasons.Add("the peer sent none");
        }
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            AddChainReasons(reasons, leaf, chain);
        }
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            reasons.Add($"the name does not match (certificate is for {Names(leaf)})");
        }
        if (reasons.Count == 0)
        {
            reasons.Add(errors == SslPolicyErrors.None ? "the validation callback refused it" : errors.ToString());
        }
        string subject = string.IsNullOrEmpty(host) ? "the peer" : host;
        return $"The certificate of {subject} was not accepted: {string.Join("; ", reasons)}";
    }

    private static void AddChainReasons(List<string> reasons, X509Certificate2? leaf, X509Chain? chain)
    {
        foreach (X509ChainStatus status in chain?.ChainStatus ?? [])
        {
            string reason = status.Status switch
            {
                X509ChainStatusFlags.NotTimeValid => Validity(leaf),
                X509ChainStatusFlags.UntrustedRoot when leaf is not null && leaf.Subject == leaf.Issuer =>
                    "it is self-signed and not among the trusted certificates",
                X509ChainStatusFlags.UntrustedRoot => $"its root is not trusted ({Root(chain!)})",
                X509ChainStatusFlags.PartialChain =>
                    $"its issuer is not known here ({leaf?.Issuer}); the server may have left out an intermediate certificate",
                X509ChainStatusFlags.Revoked => "it was revoked",
                X509ChainStatusFlags.RevocationStatusUnknown or X509ChainStatusFlags.OfflineRevocation =>
                    "whether it was revoked could not be found out",
                X509ChainStatusFlags.NotValidForUsage => "it is not meant for servers",
                _ => string.IsNullOrWhiteSpace(status.StatusInformation)
                    ? status.Status.ToString()
                    : status.StatusInformation.Trim().TrimEnd('.'),
            };
            if (!reasons.Contains(reason))
            {
                reasons.Add(reason);
            }
        }
    }

    private static string Validity(X509Certificate2? leaf)
    {
        if (leaf is not null && leaf.NotAfter < DateTime.Now)
        {
            return $"it expired on {Day(leaf.NotAfter)}";
        }
        return leaf is not null && leaf.NotBefore > DateTime.Now
            ? $"it is not valid before {Day(leaf.NotBefore)}"
            : "a certificate of its issuers is not valid now";
    }

    private static string Day(DateTime local) =>
        local.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Root(X509Chain chain) =>
        chain.ChainElements.Count > 0 ? chain.ChainElements[^1].Certificate.Subject : "unknown";

    private static string Names(X509Certificate2? leaf)
    {
        if (leaf is null)
        {
            return "an unknown name";
        }
        var names = new List<string>();
        foreach (X509Extension extension in leaf.Extensions)
        {
            if (extension is X509SubjectAlternativeNameExtension alternatives)
            {
                names.AddRange(alternatives.EnumerateDnsNames());
                names.AddRange(alternatives.EnumerateIPAddresses().Select(address => address.ToString()));
            }
        }
        return names.Count > 0 ? string.Join(", ", names) : leaf.GetNameInfo(X509NameType.DnsName, forIssuer: false);
    }
}
