using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace PollHttp.Core;

/// <summary>What a TLS handshake agreed on.</summary>
public sealed record TlsInfo
{
    /// <summary>Gets or sets the version of TLS.</summary>
    public SslProtocols Protocol { get; init; }

    /// <summary>Gets or sets the cipher suite.</summary>
    public TlsCipherSuite CipherSuite { get; init; }

    /// <summary>Gets or sets the protocol that the server chose (ALPN, RFC 7301); the default value when it chose none.</summary>
    public SslApplicationProtocol ApplicationProtocol { get; init; }

    /// <summary>Gets or sets the server's certificate; valid as long as the connection is open: copy it to keep it.</summary>
    public X509Certificate? RemoteCertificate { get; init; }

    /// <summary>Gives the channel bindings of the connection (RFC 5929) as long as it is open; null where there are none.</summary>
    public TransportContext? Context { get; init; }

    /// <summary>Gets or sets a value indicating whether the server asked for a client certificate and got one.</summary>
    public bool IsMutuallyAuthenticated { get; init; }
}
