using System.Net.Security;
using System.Security.Authentication;

namespace PollHttp.Core;

/// <summary>Checks the requirements of HTTP/2 on TLS (RFC 9113 §9.2).</summary>
internal static class Http2Security
{
    /// <summary>Gets the reason why HTTP/2 can't be used with the negotiated TLS; null if it can, or if another protocol was chosen.</summary>
    public static string? ProblemOf(TlsInfo agreed, ExchangeOptions options)
    {
        if (agreed.ApplicationProtocol != SslApplicationProtocol.Http2)
        {
            return null;
        }

        if (agreed.Protocol is > SslProtocols.None and < SslProtocols.Tls12)
        {
            return $"HTTP/2 needs TLS 1.2 (RFC 9113 §9.2), and the server agreed to {agreed.Protocol}";
        }

        return agreed.Protocol == SslProtocols.Tls12 && !options.Allows(Leniency.ProhibitedCipherSuites) && IsProhibited(agreed.CipherSuite)
            ? $"HTTP/2 prohibits the cipher suite {agreed.CipherSuite} (RFC 9113 §9.2.2)"
            : null;
    }

    /// <summary>Determines whether RFC 9113 Appendix A lists the suite. It lists the suites of TLS 1.2 without an ephemeral key exchange or
    /// without authenticated encryption.</summary>
    private static bool IsProhibited(TlsCipherSuite suite)
    {
        string name = suite.ToString();
        bool isEphemeral = name.StartsWith("TLS_ECDHE_", StringComparison.Ordinal) || name.StartsWith("TLS_DHE_", StringComparison.Ordinal);
        bool isAuthenticated = name.Contains("_GCM", StringComparison.Ordinal) || name.Contains("_CCM", StringComparison.Ordinal)
            || name.Contains("_CHACHA20_", StringComparison.Ordinal);
        return !isEphemeral || !isAuthenticated;
    }
}
