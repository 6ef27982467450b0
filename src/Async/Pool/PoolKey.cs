namespace PollHttp;

/// <summary>What two requests must share to share a connection. The TLS identity is the client's own, so it is not here.</summary>
internal readonly record struct PoolKey(bool IsTls, string Host, int Port)
{
    /// <summary>What goes into Host: with brackets for an IPv6 literal, without the scheme's own port.</summary>
    public string Authority
    {
        get
        {
            string host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
            return Port == (IsTls ? 443 : 80) ? host : $"{host}:{Port}";
        }
    }

    /// <summary>For messages: no path, no query, no userinfo.</summary>
    public string Origin => (IsTls ? "https://" : "http://") + Authority;
}
