namespace PollHttp.Policies;

/// <summary>Decides what an early final response means for the rest of the request's content.</summary>
internal static class EarlyResponse
{
    /// <summary>
    /// Determines whether the response ends the content. A refusal does, and so does a server that closes afterwards; otherwise the server
    /// may still want it. A GOAWAY does not: the server goes on with the streams that have begun (RFC 9113 §6.8). A challenge that authenticates
    /// connections is answered on this connection, so the content must be sent.
    /// </summary>
    public static bool EndsContent(ResponseHead head, CloseReasons reasons) =>
        (reasons & (CloseReasons.ServerAsked | CloseReasons.GoAway)) == CloseReasons.ServerAsked || (head.StatusCode >= 300 && !BindsToConnection(head));

    private static bool BindsToConnection(ResponseHead head)
    {
        if (head.StatusCode is not (401 or 407))
        {
            return false;
        }

        string name = head.StatusCode == 401 ? "WWW-Authenticate" : "Proxy-Authenticate";
        foreach (HeaderField field in head.Headers)
        {
            if (field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
                && (Names(field.Value, "Negotiate") || Names(field.Value, "NTLM")))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Names(string value, string scheme)
    {
        foreach (string part in value.Split(','))
        {
            ReadOnlySpan<char> challenge = part.AsSpan().Trim();
            if (challenge.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
                && (challenge.Length == scheme.Length || challenge[scheme.Length] == ' '))
            {
                return true;
            }
        }

        return false;
    }
}
