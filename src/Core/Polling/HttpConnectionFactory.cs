namespace PollHttp.Core;

/// <summary>Makes the state machine of a protocol, without any I/O: whoever has one moves the bytes.</summary>
public static class HttpConnectionFactory
{
    /// <summary>Makes a connection that speaks HTTP/1.1 (RFC 9112).</summary>
    /// <param name="options">What exchanges are held to that bring no options of their own; null for the defaults.</param>
    public static HttpConnection CreateHttp1(ExchangeOptions? options = null) => new Http1Connection(options);

    /// <summary>
    /// Makes the connection for a transport that is open. The one place where a protocol is chosen; the transport can only have agreed on
    /// HTTP/1.1, which is all that TLS offers (see <see cref="TlsTarget"/>).
    /// </summary>
    internal static HttpConnection Create(PollConnectionOptions options) => new Http1Connection(options.Exchange, options.Slabs);
}
