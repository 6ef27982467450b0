using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace PollHttp.Core;

/// <summary>Describes the result of a TLS handshake.</summary>
public sealed record TlsInfo
{
    /// <summary>Gets or sets the version of TLS.</summary>
    public SslProtocols Protocol { get; init; }

    /// <summary>Gets or sets the cipher suite.</summary>
    public TlsCipherSuite CipherSuite { get; init; }

    /// <summary>Gets or sets the protocol that the server chose (ALPN, RFC 7301); the default value if it chose none.</summary>
    public SslApplicationProtocol ApplicationProtocol { get; init; }

    /// <summary>Gets or sets the server's certificate, valid while the connection is open; copy it to keep it.</summary>
    public X509Certificate? RemoteCertificate { get; init; }

    /// <summary>
    /// Gets or sets the context that gives the channel bindings of the connection (RFC 5929) while it is open; null if there are none.
    /// </summary>
    public TransportContext? Context { get; init; }

    /// <summary>Gets or sets a value indicating whether the server requested a client certificate and got one.</summary>
    public bool IsMutuallyAuthenticated { get; init; }
}
