using PollHttp.Authentication;

namespace PollHttp.Proxies;

/// <summary>
/// Holds the credentials for one proxy by scheme, since a cache may have a proxy under one scheme only. It is part of a pool's key, so that
/// requests of other users never use a connection on which the credentials were sent. Its text reveals nothing.
/// </summary>
internal sealed class ProxyCredentials : ICredentials, IEquatable<ProxyCredentials>
{
    private static readonly string[] s_schemes = ["Negotiate", "NTLM", DigestSession.Scheme, BasicCredentials.Scheme];

    private readonly NetworkCredential?[] _found;
    private readonly ConnectionIdentity?[] _identities;

    private ProxyCredentials(NetworkCredential?[] found)
    {
        _found = found;
        _identities = Array.ConvertAll(found, static credential => credential is null ? null : new ConnectionIdentity(credential));
    }

    /// <summary>Gets the credential for a proxy without schemes (SOCKS); never the credential of the process.</summary>
    public NetworkCredential? ForSocks
    {
        get
        {
            NetworkCredential? credential = _found[2] ?? _found[3];
            return ReferenceEquals(credential, CredentialCache.DefaultNetworkCredentials) ? null : credential;
        }
    }

    /// <summary>Asks for each scheme; returns null if there is no credential for any.</summary>
    public static ProxyCredentials? Find(Uri proxy, ICredentials? credentials)
    {
        if (credentials is null)
        {
            return null;
        }

        NetworkCredential?[] found = Array.ConvertAll(s_schemes, scheme => credentials.GetCredential(proxy, scheme));
        return Array.TrueForAll(found, static credential => credential is null) ? null : new(found);
    }

    public NetworkCredential? GetCredential(Uri uri, string authType) => _found[Array.IndexOf(s_schemes, authType)];

    public bool Equals(ProxyCredentials? other) => other is not null && Enumerable.SequenceEqual(_identities, other._identities);

    public override bool Equals(object? obj) => Equals(obj as ProxyCredentials);

    public override int GetHashCode() => HashCode.Combine(_identities[0], _identities[1], _identities[2], _identities[3]);

    public override string ToString() => nameof(ProxyCredentials);
}
