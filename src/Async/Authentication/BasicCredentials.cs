using System.Text;

namespace PollHttp.Authentication;

/// <summary>Implements the Basic scheme (RFC 7617).</summary>
internal static class BasicCredentials
{
    public const string Scheme = "Basic";

    /// <summary>Returns the value of Authorization: user and password in UTF-8.</summary>
    /// <exception cref="ArgumentException">The user has a colon, or either has a control character.</exception>
    public static string Create(string user, string password)
    {
        if (user.Contains(':', StringComparison.Ordinal))
        {
            throw new ArgumentException("A user name with a colon can't be used with Basic authentication (RFC 7617 §2).", nameof(user));
        }

        if (HasControl(user) || HasControl(password))
        {
            throw new ArgumentException("A user name or password with control characters can't be used with Basic authentication (RFC 7617 §2).", nameof(user));
        }

        return "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(user + ":" + password));
    }

    private static bool HasControl(string text) => text.AsSpan().ContainsAnyInRange('\0', '\u001f') || text.Contains('\u007f', StringComparison.Ordinal);
}
