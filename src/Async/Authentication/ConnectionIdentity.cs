namespace PollHttp.Authentication;

/// <summary>
/// Identifies the user of connections that are authenticated themselves (Negotiate, NTLM). It is part of a pool's key, so that requests of
/// other users never use them. It compares by its credential; its text reveals nothing.
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
