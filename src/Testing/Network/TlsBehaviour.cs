using System.Net.Security;
using System.Security.Authentication;

namespace PollHttp.Testing;

/// <summary>Specifies what a simulated server does when the client begins TLS. Nothing is encrypted and no certificate exists.</summary>
public sealed class TlsBehaviour
{
    private TlsBehaviour(TransportFailure failure, bool answers)
    {
        Failure = failure;
        Answers = answers;
    }

    /// <summary>Gets the behaviour in which the handshake succeeds after one round trip.</summary>
    public static TlsBehaviour Accept { get; } = new(default, true);

    /// <summary>Gets the behaviour in which the handshake fails after one round trip, as with an alert of the server.</summary>
    public static TlsBehaviour HandshakeFailure { get; } =
        new(new(TransportError.TlsHandshake, new AuthenticationException("the server refused the TLS handshake")), true);

    /// <summary>Gets the behaviour in which the server receives the client's hello and never answers.</summary>
    public static TlsBehaviour NeverAnswers { get; } = new(default, false);

    /// <summary>Gets the behaviour in which the server doesn't speak TLS and answers with something else.</summary>
    public static TlsBehaviour PlainText { get; } =
        new(new(TransportError.TlsHandshake, new AuthenticationException("the server answered TLS with something else; it may speak plain HTTP")), true);

    internal TransportFailure Failure { get; }

    private IReadOnlyList<SslApplicationProtocol> Preferred { get; init; } = [];

    private bool HeedsOffer { get; init; }

    private Func<int, IReadOnlyList<string>>? ProtocolsOf { get; init; }

    internal bool Answers { get; }

    /// <summary>
    /// Returns the behaviour in which the handshake succeeds and the server chooses this protocol (ALPN), whatever the client offered.
    /// </summary>
    public static TlsBehaviour Choose(string protocol) => new(default, true) { Preferred = [new(protocol)] };

    /// <summary>
    /// Returns the behaviour in which the handshake succeeds and the server chooses the first of these protocols that the client offered
    /// (ALPN), or none.
    /// </summary>
    public static TlsBehaviour ChooseAmong(params string[] protocols) => new(default, true)
    {
        Preferred = [.. protocols.Select(static p => new SslApplicationProtocol(p))],
        HeedsOffer = true,
    };

    /// <summary>
    /// Returns the behaviour in which the handshake succeeds and the server chooses anew on each connection: the first of the protocols for that
    /// connection which the client offered (ALPN), or none.
    /// </summary>
    /// <param name="protocolsOf">Returns the protocols for a connection, by its number in its network, from 1.</param>
    public static TlsBehaviour ChooseByConnection(Func<int, IReadOnlyList<string>> protocolsOf)
    {
        ArgumentNullException.ThrowIfNull(protocolsOf);
        return new(default, true) { ProtocolsOf = protocolsOf, HeedsOffer = true };
    }

    /// <summary>Returns the behaviour in which the client does not accept the server's certificate, for the given reason.</summary>
    public static TlsBehaviour RejectCertificate(string message) =>
        new(new(TransportError.Certificate, new AuthenticationException(message)), true);

    internal SslApplicationProtocol ChooseFrom(List<SslApplicationProtocol>? offered, int connection)
    {
        IEnumerable<SslApplicationProtocol> preferred = ProtocolsOf is null ? Preferred : ProtocolsOf(connection).Select(static p => new SslApplicationProtocol(p));
        return HeedsOffer ? preferred.FirstOrDefault(p => offered?.Contains(p) == true) : preferred.FirstOrDefault();
    }
}
