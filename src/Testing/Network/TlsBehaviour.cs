using System.Net.Security;
using System.Security.Authentication;

namespace PollHttp.Testing;

/// <summary>What a simulated server does when the client begins TLS. Nothing is encrypted and no certificate exists.</summary>
public sealed class TlsBehaviour
{
    private TlsBehaviour(TransportFailure failure, bool answers)
    {
        Failure = failure;
        Answers = answers;
    }

    /// <summary>Gets the handshake succeeds after one round trip.</summary>
    public static TlsBehaviour Accept { get; } = new(default, true);

    /// <summary>Gets the handshake fails after one round trip, as with an alert of the server.</summary>
    public static TlsBehaviour HandshakeFailure { get; } =
        new(new(TransportError.TlsHandshake, new AuthenticationException("the server refused the TLS handshake")), true);

    /// <summary>Gets the server takes the client's greeting and says nothing.</summary>
    public static TlsBehaviour NeverAnswers { get; } = new(default, false);

    /// <summary>Gets the server doesn't speak TLS: what comes back is not a handshake.</summary>
    public static TlsBehaviour PlainText { get; } =
        new(new(TransportError.TlsHandshake, new AuthenticationException("the server answered TLS with something else; it may speak plain HTTP")), true);

    internal TransportFailure Failure { get; }

    internal SslApplicationProtocol ApplicationProtocol { get; private init; }

    internal bool Answers { get; }

    /// <summary>Returns the handshake succeeds, and the server has chosen this protocol (ALPN), whatever the client offered.</summary>
    public static TlsBehaviour Choose(string protocol) => new(default, true) { ApplicationProtocol = new(protocol) };

    /// <summary>Returns the client does not accept the server's certificate, for the given reason.</summary>
    public static TlsBehaviour RejectCertificate(string message) =>
        new(new(TransportError.Certificate, new AuthenticationException(message)), true);
}
