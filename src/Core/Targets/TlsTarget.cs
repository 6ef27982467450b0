using System.Net;
using System.Net.Security;

namespace PollHttp.Core;

/// <summary>Makes the TLS options for one host from the caller's options, which may serve many hosts and are not changed.</summary>
internal static class TlsTarget
{
    private static readonly List<SslApplicationProtocol> s_http1 = [SslApplicationProtocol.Http11];
    private static readonly List<SslApplicationProtocol> s_http2 = [SslApplicationProtocol.Http2];
    private static readonly List<SslApplicationProtocol> s_both = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    /// <summary>
    /// Returns the options, adding the name of the host if they have none (without a trailing dot; an address without its zone), and the
    /// protocols of <paramref name="versions"/> if they offer none.
    /// </summary>
    public static SslClientAuthenticationOptions For(SslClientAuthenticationOptions? tls, string host, HttpVersions versions)
    {
        tls ??= new() { AllowRenegotiation = false };
        SslClientAuthenticationOptions copy = TlsOptionsCopy.Of(tls);
        copy.ApplicationProtocols ??= OfferOf(versions);
        copy.AllowRenegotiation &= versions != HttpVersions.Http2; // RFC 9113 §9.2.1
        if (string.IsNullOrEmpty(copy.TargetHost))
        {
            copy.TargetHost = NameOf(host);
        }

        return copy;
    }

    /// <summary>Determines whether the server's choice, which may be empty, is among <paramref name="versions"/>.</summary>
    public static bool Speaks(HttpVersions versions, SslApplicationProtocol chosen) =>
        ((versions & HttpVersions.Http2) != 0 && chosen == SslApplicationProtocol.Http2)
        || ((versions & HttpVersions.Http1) != 0
            && (chosen.Protocol.IsEmpty || chosen == SslApplicationProtocol.Http11 || chosen.Protocol.Span.SequenceEqual("http/1.0"u8)));

    private static List<SslApplicationProtocol> OfferOf(HttpVersions versions) => versions switch
    {
        HttpVersions.Http2 => s_http2,
        HttpVersions.Http1 | HttpVersions.Http2 => s_both,
        _ => s_http1,
    };

    private static string NameOf(string host)
    {
        int zone = host.IndexOf('%', StringComparison.Ordinal);
        return zone >= 0 && IPAddress.TryParse(host, out _) ? host[..zone] : host.TrimEnd('.');
    }
}
