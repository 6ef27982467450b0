using System.Net;
using System.Net.Security;

namespace PollHttp.Core;

/// <summary>TLS options for one host, made from the caller's, which may serve many hosts and are not changed.</summary>
internal static class TlsTarget
{
    private static readonly List<SslApplicationProtocol> s_http1 = [SslApplicationProtocol.Http11];

    /// <summary>
    /// The options with the name of the host where they have none (R-153: without the trailing dot; an address without its zone,
    /// R-241), and HTTP/1.1 offered where they offer nothing.
    /// </summary>
    public static SslClientAuthenticationOptions For(SslClientAuthenticationOptions? tls, string host)
    {
        tls ??= new() { AllowRenegotiation = false };
        SslClientAuthenticationOptions copy = TlsOptionsCopy.Of(tls);
        copy.ApplicationProtocols ??= s_http1;
        if (string.IsNullOrEmpty(copy.TargetHost))
        {
            copy.TargetHost = NameOf(host);
        }

        return copy;
    }

    /// <summary>Whether HTTP/1 can be spoken after what the server chose .</summary>
    public static bool SpeaksHttp1(SslApplicationProtocol chosen) =>
        chosen.Protocol.IsEmpty || chosen == SslApplicationProtocol.Http11 || chosen.Protocol.Span.SequenceEqual("http/1.0"u8);

    private static string NameOf(string host)
    {
        int zone = host.IndexOf('%', StringComparison.Ordinal);
        return zone >= 0 && IPAddress.TryParse(host, out _) ? host[..zone] : host.TrimEnd('.');
    }
}
