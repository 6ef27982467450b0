namespace PollHttp.Core;

/// <summary>
/// Describes the origin that the targets of requests on one connection are relative to. Caches the wire form of the last target, so that a
/// reused string costs no work and no memory.
/// </summary>
/// <param name="authority">Host and port, without a default port; null when they are not known.</param>
/// <param name="isHttps">Whether the connection uses TLS.</param>
/// <param name="viaPlainProxy">Whether a proxy is asked in plain HTTP, in the absolute form (RFC 9112 §3.2.2).</param>
internal sealed class RequestOrigin(string? authority, bool isHttps, bool viaPlainProxy)
{
    private string? _givenTarget;
    private string? _givenMethod;
    private string _wireTarget = "";
    private string? _wireHost;

    /// <summary>Gets the origin for a transport of the caller.</summary>
    public static RequestOrigin Unknown => new(null, isHttps: false, viaPlainProxy: false);

    /// <summary>Gets host and port; empty if unknown.</summary>
    public string Authority => authority ?? "";

    /// <summary>Returns the wire form of a target.</summary>
    /// <param name="method">The method.</param>
    /// <param name="target">The target, as given by the caller.</param>
    /// <param name="host">The value for Host; null for <see cref="Authority"/>.</param>
    /// <exception cref="ArgumentException">The target has no form of RFC 9112 §3.2, or does not suit the method or the
    /// connection.</exception>
    public string ToWire(string method, string target, out string? host)
    {
        if (!ReferenceEquals(target, _givenTarget) || !ReferenceEquals(method, _givenMethod))
        {
            _wireTarget = RequestTargetForm.ToWire(method, target, isHttps, authority, viaPlainProxy, out _wireHost);
            (_givenTarget, _givenMethod) = (target, method);
        }

        host = _wireHost;
        return _wireTarget;
    }
}
