using System.Globalization;
using System.Text;
using PollHttp.Addresses;

namespace PollHttp.Policies;

/// <summary>
/// Determines where the Location of a response leads (RFC 9110 §10.2.2). This is the only reader of that field, for client, handler and
/// polled download.
/// </summary>
/// <remarks>
/// There are four results. Default: the response names no address. Only <see cref="Address"/>: it can be requested. Both: the address can't
/// be requested. Only <see cref="Problem"/>: the field has no valid address.
/// </remarks>
/// <param name="Address">The absolute address, without user information, with the inherited fragment; null for none.</param>
/// <param name="Problem">The reason why it can't be followed, as the end of a sentence about "it"; null if it can be.</param>
internal readonly record struct RedirectLocation(Uri? Address, string? Problem)
{
    /// <summary>Gets a value indicating whether the response has a Location, valid or not.</summary>
    public bool IsGiven => Address is not null || Problem is not null;

    /// <summary>Reads the Location fields of a response. Never throws for what a server sends.</summary>
    /// <param name="current">The address of the request, which relative references are resolved against, and whose fragment is
    /// inherited.</param>
    /// <param name="fields">The fields of the response; each character of a value is one byte.</param>
    public static RedirectLocation Read(Uri current, IReadOnlyList<HeaderField> fields)
    {
        string? value = null;
        for (int i = 0; i < fields.Count; i++)
        {
            HeaderField field = fields[i];
            if (!field.Name.Equals("Location", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (value is not null && value != field.Value)
            {
                return new(null, "it has two different Location fields");
            }

            value = field.Value;
        }

        return string.IsNullOrEmpty(value) ? default : Resolve(current, value);
    }

    private static RedirectLocation Resolve(Uri current, string value)
    {
        string? problem = TryDecode(value, out string reference);
        if (problem is not null)
        {
            return new(null, problem);
        }

        if (!Uri.TryCreate(current, reference, out Uri? next)
            || !TryDropUserInfo(ref next)
            || !TryInheritFragment(current, ref next))
        {
            return new(null, "its Location is not an address");
        }

        return new(next, RequestUri.FindProblem(next) is { } why ? "it leads to an address that can't be requested: " + why : null);
    }

    /// <summary>Removes user information: a server must not set credentials, and addresses are logged.</summary>
    private static bool TryDropUserInfo(ref Uri next)
    {
        if (next.UserInfo.Length == 0 || (next.Scheme != Uri.UriSchemeHttp && next.Scheme != Uri.UriSchemeHttps))
        {
            return true;
        }

        bool isRead = Uri.TryCreate(next.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.UserInfo, UriFormat.UriEscaped), UriKind.Absolute, out Uri? without);
        next = without ?? next;
        return isRead;
    }

    private static bool TryInheritFragment(Uri current, ref Uri next)
    {
        if (next.Fragment.Length > 0 || current.Fragment.Length == 0)
        {
            return true;
        }

        bool isRead = Uri.TryCreate(next.OriginalString + current.Fragment, UriKind.Absolute, out Uri? with);
        next = with ?? next;
        return isRead;
    }

    /// <summary>
    /// Converts the bytes of a value to the text of an address. A non-ASCII host is UTF-8, to be mapped by IDNA. Elsewhere, bytes that are
    /// not allowed in an address are percent-encoded unchanged: UTF-8 stays UTF-8, Latin-1 stays Latin-1. So are backslashes, whose meaning
    /// depends on the parser.
    /// </summary>
    /// <returns>The problem of the authority, or null.</returns>
    private static string? TryDecode(string value, out string reference)
    {
        reference = value;
        (int start, int end) = FindAuthority(value);
        ReadOnlySpan<char> authority = value.AsSpan(start, end - start);
        if (authority.Contains('\\'))
        {
            return "there is a backslash before the path of its Location";
        }

        if (!value.AsSpan().ContainsAnyExceptInRange('!', '~') && !value.Contains('\\', StringComparison.Ordinal))
        {
            return null;
        }

        StringBuilder text = new(value.Length + 16);
        Encode(text, value.AsSpan(0, start));
        int host = start + authority.LastIndexOf('@') + 1;
        Encode(text, value.AsSpan(start, host - start));
        if (!TryDecodeHost(text, value.AsSpan(host, end - host)))
        {
            return "the host in its Location is not UTF-8";
        }

        Encode(text, value.AsSpan(end));
        reference = text.ToString();
        return null;
    }

    /// <summary>Finds the part between the two slashes and the next delimiter (RFC 3986 §3.2); empty at 0 if there is none.</summary>
    private static (int Start, int End) FindAuthority(string value)
    {
        int colon = value.AsSpan().IndexOfAny(":/?#\\");
        int slashes = colon > 0 && value[colon] == ':' && Uri.CheckSchemeName(value[..colon]) ? colon + 1 : 0;
        if (!value.AsSpan(slashes).StartsWith("//"))
        {
            return (0, 0);
        }

        int start = slashes + 2;
        int length = value.AsSpan(start).IndexOfAny('/', '?', '#');
        return (start, length < 0 ? value.Length : start + length);
    }

    private static bool TryDecodeHost(StringBuilder text, ReadOnlySpan<char> host)
    {
        byte[] bytes = new byte[host.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            if (host[i] is < '!' or '\x7f' or > '\xff')
            {
                return false;
            }

            bytes[i] = (byte)host[i];
        }

        if (!System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return false;
        }

        text.Append(Encoding.UTF8.GetString(bytes));
        return true;
    }

    private static void Encode(StringBuilder text, ReadOnlySpan<char> bytes)
    {
        foreach (char c in bytes)
        {
            _ = c is >= '!' and <= '~' and not '\\' ? text.Append(c) : text.Append(CultureInfo.InvariantCulture, $"%{(int)c:X2}");
        }
    }
}
