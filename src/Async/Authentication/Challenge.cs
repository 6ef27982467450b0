namespace PollHttp.Authentication;

/// <summary>Represents one challenge of a WWW-Authenticate or Proxy-Authenticate field (RFC 9110 §11.3).</summary>
/// <param name="Scheme">The scheme as sent; compared ignoring case.</param>
/// <param name="Token">The token68, or null.</param>
/// <param name="Parameters">The parameters in order, their values unquoted.</param>
internal sealed record Challenge(string Scheme, string? Token, IReadOnlyList<KeyValuePair<string, string>> Parameters)
{
    public bool Is(string scheme) => Scheme.Equals(scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Gets the value of a parameter, or null. If it occurs twice, the first one counts: the second may come from another party.
    /// </summary>
    public string? this[string name]
    {
        get
        {
            foreach (KeyValuePair<string, string> parameter in Parameters)
            {
                if (parameter.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return parameter.Value;
                }
            }

            return null;
        }
    }
}
