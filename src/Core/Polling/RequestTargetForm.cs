namespace PollHttp.Core;

/// <summary>Determines which of the four forms of RFC 9112 §3.2 a target has, and its wire form. Refuses everything else.</summary>
internal static class RequestTargetForm
{
    /// <summary>Checks a target and returns its wire form.</summary>
    /// <param name="method">The method, already checked.</param>
    /// <param name="target">The target, as given by the caller.</param>
    /// <param name="isHttps">Whether the connection uses TLS.</param>
    /// <param name="authority">The connected authority, without a default port; null if unknown.</param>
    /// <param name="absolute">Whether to send the absolute form: to a proxy in plain HTTP (RFC 9112 §3.2.2).</param>
    /// <param name="host">The authority for Host; null for the connected one.</param>
    /// <exception cref="ArgumentException">The target has no form of RFC 9112 §3.2, or does not suit the method or the
    /// connection.</exception>
    public static string ToWire(
        string method, string target, bool isHttps, string? authority, bool absolute, out string? host)
    {
        ArgumentNullException.ThrowIfNull(target);
        host = null;
        CheckCharacters(target);
        if (method == "CONNECT")
        {
            if (!PollClientHost.IsHostAndPort(target))
            {
                throw Refuse("CONNECT needs a target of the form host:port (RFC 9112 §3.2.3).");
            }

            host = target;
            return target;
        }

        if (target[0] == '/')
        {
            return absolute && authority is not null ? $"http://{authority}{target}" : target;
        }

        if (target == "*")
        {
            if (method != "OPTIONS")
            {
                throw Refuse("The target * is for OPTIONS only (RFC 9112 §3.2.4).");
            }

            return absolute && authority is not null ? $"http://{authority}" : target;
        }

        return FromAbsolute(method, target, isHttps, authority, absolute, out host);
    }

    private static string FromAbsolute(
        string method, string target, bool isHttps, string? authority, bool absolute, out string? host)
    {
        int start = SchemeLength(target, out bool targetIsHttps);
        if (start == 0)
        {
            throw Refuse("A target is an absolute path (/...), an absolute http or https URL, * or host:port.");
        }

        if (authority is not null && targetIsHttps != isHttps)
        {
            throw Refuse($"The target's scheme is not the connection's, which is {(isHttps ? "https" : "http")}.");
        }

        int length = target.AsSpan(start).IndexOfAny('/', '?');
        int end = length < 0 ? target.Length : start + length;
        string given = PollClientHost.NormalizeAuthority(target[start..end], targetIsHttps)
            ?? throw Refuse("The target's authority is not of the form host[:port].");
        if (authority is not null && !given.Equals(authority, StringComparison.OrdinalIgnoreCase))
        {
            throw Refuse($"The target's authority is not the connected one, {authority}.");
        }

        host = given;
        string path = target[end..];
        if (absolute)
        {
            return path.Length == 0 && method == "OPTIONS" ? $"http://{given}"
                : path.StartsWith('/') ? $"http://{given}{path}" : $"http://{given}/{path}";
        }

        return path.Length == 0 && method == "OPTIONS" ? "*" : path.StartsWith('/') ? path : "/" + path;
    }

    private static int SchemeLength(string target, out bool isHttps)
    {
        isHttps = target.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        return isHttps ? 8 : target.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? 7 : 0;
    }

    private static void CheckCharacters(string target)
    {
        if (target.Length == 0)
        {
            throw Refuse("The target is empty.");
        }

        foreach (char c in target)
        {
            if (c is <= ' ' or >= '\x7f' or '#')
            {
                throw Refuse(c == '#'
                    ? "A target has no fragment (RFC 9112 §3.2)."
                    : $"The target has the character U+{(int)c:X4}, which must be percent-encoded.");
            }
        }
    }

    private static ArgumentException Refuse(string reason) => new(reason, "target");
}
