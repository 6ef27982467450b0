using PollHttp.Proxies;

namespace PollHttp.Pool;

/// <summary>Creates the targets of the connections to one origin.</summary>
internal sealed class OriginTarget(PoolKey key, string userAgent)
{
    private readonly ConnectionTarget _target = new()
    {
        Host = key.Host,
        Port = key.Port,
        Tls = key.IsTls ? key.Tls?.Options ?? new() : null,
        EndPoint = key.EndPoint,
        Proxy = key.Proxy,
        Versions = key.Versions,
        UserAgent = userAgent.Length == 0 ? null : userAgent,
    };

    private ConnectionTarget? _http2;

    /// <summary>
    /// Gets the target of a connection that is made for a request with these headers. An HTTP proxy that opens a tunnel sees the User-Agent of
    /// the request, if it has one, and no other field.
    /// </summary>
    /// <param name="headers">The fields of the request, or null.</param>
    /// <param name="requiresHttp2">True if the connection is of no use in HTTP/1.1, which the server is then not offered.</param>
    public ConnectionTarget For(HeaderList? headers, bool requiresHttp2)
    {
        ConnectionTarget target = requiresHttp2 ? _http2 ??= _target with { Versions = HttpVersions.Http2 } : _target;
        if (target is not { Proxy.IsSocks: false, Tls: not null })
        {
            return target;
        }

        target = target with { ProxyAuthenticator = new TunnelAuthenticator(key.ProxyCredentials) };
        return headers is not null && headers.TryGetValue("User-Agent", out string? own)
            ? target with { UserAgent = own.Length == 0 ? null : own }
            : target;
    }
}
