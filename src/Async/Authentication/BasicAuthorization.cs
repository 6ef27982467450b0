namespace PollHttp.Authentication;

/// <summary>Implements Basic: the same value each time.</summary>
internal sealed class BasicAuthorization(string user, string password) : Authorization
{
    private readonly string _value = BasicCredentials.Create(user, password);

    public override string Scheme => BasicCredentials.Scheme;

    public override string Authorize(string method, string target) => _value;

    public override bool Equals(object? obj) => obj is BasicAuthorization other && other._value == _value;

    public override int GetHashCode() => _value.GetHashCode(StringComparison.Ordinal);
}
