namespace PollHttp.Requests;

/// <summary>Checks that a token can be sent as one credential.</summary>
internal static class BearerTokens
{
    /// <summary>Refuses a value that could not be parsed as one token. Accepts more than RFC 6750 §2.1, since issuers do too. The token,
    /// which is a secret, is not in the message.</summary>
    /// <exception cref="ArgumentException">The token is empty, or has a space, a control character or a non-ASCII character.</exception>
    public static string Check(string token)
    {
        ArgumentException.ThrowIfNullOrEmpty(token, "BearerToken");
        return token.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? throw new ArgumentException("A bearer token has visible ASCII characters only: no space, no line end (is it read from a file?).", "BearerToken")
            : token;
    }
}
