namespace PollHttp.Requests;

/// <summary>What a token must be like to be sent as one credential.</summary>
internal static class BearerTokens
{
    /// <summary>Refuses what could not be read back as one token. Wider than RFC 6750 §2.1, since issuers are; the token itself, a secret,
    /// is not in the message.</summary>
    /// <exception cref="ArgumentException">It is empty, or has a space, a control character or one outside of ASCII.</exception>
    public static string Check(string token)
    {
        ArgumentException.ThrowIfNullOrEmpty(token, "BearerToken");
        return token.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? throw new ArgumentException("A bearer token has visible ASCII characters only: no space, no line end (is it read from a file?).", "BearerToken")
            : token;
    }
}
