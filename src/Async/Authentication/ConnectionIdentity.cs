namespace PollHttp.Authentication;

/// <summary>
/// As whom connections are authenticated, where it is the connection that is (Negotiate, NTLM): part of a pool's key, so that
/// nobody else's request goes over them. Compares like its credential; its text says nothing.
/// </summary>
internal sealed class ConnectionIdentity(NetworkCredential credential) : IEquatable<ConnectionIdentity>
{
    private readonly string _user = credential.UserName;
    private readonly string _domain = credential.Domain;
    private readonly string _password = credential.Password;
    private readonly bool _isAmbient = ReferenceEquals(credential, CredentialCache.DefaultNetworkCredentials);

    public bool Equals(ConnectionIdentity? other) =>
        other is not null && _isAmbient == other._isAmbient && _user == other._user && _domain == other._domain && _password == other._password;

    public override bool Equals(object? obj) => Equals(obj as ConnectionIdentity);

    public override int GetHashCode() => HashCode.Combine(_isAmbient, _user, _domain);

    public override string ToString() => nameof(ConnectionIdentity);
}
