using PollHttp.Authentication;
using PollHttp.Secrets;

namespace PollHttp;

/// <summary>
/// What is shown of requests and responses, and what is not. By default no user or password of an address, nothing of a query but that
/// there is one, and no value of a field with secrets. In place of what is taken out stands <c>*</c>.
/// </summary>
/// <remarks>
/// <para>Addresses are redacted wherever they are: in requests, and in the fields Location, Content-Location, Referer, Link and Refresh.
/// Paths are shown.</para>
/// <para>To be set up before it is used; afterwards any threads may use it.</para>
/// </remarks>
public sealed class WireRedaction
{
    private const string Hidden = "*";

    internal static WireRedaction Default { get; } = new();

    /// <summary>Names of fields whose values are not shown, in any case: Authorization, Proxy-Authorization, Cookie, Set-Cookie, and the
    /// well-known ones for keys and tokens. To be added to, and taken from. The client's own
    /// <see cref="PollHttpClientOptions.SecretFields"/> are not shown either.</summary>
    public ISet<string> SecretFields { get; } =
        new HashSet<string>([.. KnownSecrets.RequestFields, "Set-Cookie", "Set-Cookie2"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Asked about each other field by its name: whether its value is not shown. Null: it is.</summary>
    public Func<string, bool>? IsSecretField { get; set; }

    /// <summary>Names of parameters of queries, and of forms, that are shown with their values; none. Case counts.</summary>
    public ISet<string> PublicParameters { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Asked about each other parameter by its name: whether it is shown with its value. Null: it is not.</summary>
    public Func<string, bool>? IsPublicParameter { get; set; }

    /// <summary>Returns the value of a field, as far as it is shown.</summary>
    public string RedactField(HeaderField field)
    {
        if (SecretFields.Contains(field.Name) || IsSecretField?.Invoke(field.Name) == true)
        {
            return Hidden;
        }

        return field.Name.Length switch
        {
            4 when Is(field, "Link") => RedactLinks(field.Value),
            7 when Is(field, "Referer") || Is(field, "Refresh") => RedactAddress(field.Value),
            8 when Is(field, "Location") => RedactAddress(field.Value),
            16 when Is(field, "Content-Location") => RedactAddress(field.Value),
            _ => field.Value,
        };
    }

    /// <summary>Returns the same where more is secret, as the client of an exchange may know (<see cref="WireExchange.SecretFields"/>).</summary>
    /// <param name="field">The field.</param>
    /// <param name="alsoSecret">Names of fields whose values are not shown either, in any case.</param>
    public string RedactField(HeaderField field, IEnumerable<string> alsoSecret)
    {
        ArgumentNullException.ThrowIfNull(alsoSecret);
        return alsoSecret.Contains(field.Name, StringComparer.OrdinalIgnoreCase) ? Hidden : RedactField(field);
    }

    /// <summary>Returns an absolute address, as far as it is shown; without its fragment, which is never sent.</summary>
    public string RedactUri(Uri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        return uri.GetComponents(UriComponents.Scheme | UriComponents.Host | UriComponents.Port | UriComponents.Path, UriFormat.UriEscaped)
            + (uri.Query.Length > 1 ? "?" + RedactQuery(uri.Query.AsSpan(1)) : "");
    }

    /// <summary>Returns a target or an address as text, absolute or relative, as far as it is shown.</summary>
    public string RedactAddress(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        int fragment = address.IndexOf('#', StringComparison.Ordinal);
        ReadOnlySpan<char> shown = fragment < 0 ? address : address.AsSpan(0, fragment);
        int query = shown.IndexOf('?');
        string result = string.Concat(
            WithoutUser(query < 0 ? shown : shown[..query]),
            query < 0 || query == shown.Length - 1 ? "" : "?" + RedactQuery(shown[(query + 1)..]),
            fragment < 0 || fragment == address.Length - 1 ? "" : "#" + Hidden);
        return result == address ? address : result;
    }

    /// <summary>Returns a query, or a form, without its question mark: what is not shown of it stands for itself and its neighbours as
    /// one.</summary>
    internal string RedactQuery(ReadOnlySpan<char> query)
    {
        if (PublicParameters.Count == 0 && IsPublicParameter is null)
        {
            return query.IsEmpty ? "" : Hidden;
        }

        List<string> shown = [];
        for (int end = 0; !query.IsEmpty; query = end < 0 ? default : query[(end + 1)..])
        {
            end = query.IndexOf('&');
            ReadOnlySpan<char> parameter = end < 0 ? query : query[..end];
            int equals = parameter.IndexOf('=');
            if (equals >= 0 && IsPublic(Unescape(parameter[..equals])))
            {
                shown.Add(parameter.ToString());
            }
            else if (shown.Count == 0 || shown[^1] != Hidden)
            {
                shown.Add(Hidden);
            }
        }

        return string.Join('&', shown);
    }

    private bool IsPublic(string name) => PublicParameters.Contains(name) || IsPublicParameter?.Invoke(name) == true;

    private static string Unescape(ReadOnlySpan<char> name) => Uri.UnescapeDataString(name.ToString().Replace('+', ' '));

    private string RedactLinks(string value)
    {
        System.Text.StringBuilder shown = new(value.Length);
        int at = 0;
        while (value.IndexOf('<', at) is >= 0 and int open)
        {
            int close = value.IndexOf('>', open);
            int end = close < 0 ? value.Length : close;
            shown.Append(value, at, open + 1 - at).Append(RedactAddress(value[(open + 1)..end]));
            at = end;
        }

        return shown.Append(value, at, value.Length - at).ToString();
    }

    /// <summary>Without what stands before an @ in the authority, wherever one begins.</summary>
    private static ReadOnlySpan<char> WithoutUser(ReadOnlySpan<char> address)
    {
        int slashes = address.IndexOf("//");
        if (slashes < 0 || (slashes > 0 && address[slashes - 1] is not (':' or '=' or '\'' or '"' or ' ')))
        {
            return address; // a relative one
        }

        int start = slashes + 2;
        int length = address[start..].IndexOf('/');
        ReadOnlySpan<char> authority = length < 0 ? address[start..] : address.Slice(start, length);
        int at = authority.LastIndexOf('@');
        return at < 0 ? address : string.Concat(address[..start], address[(start + at + 1)..]);
    }

    private static bool Is(HeaderField field, string name) => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}
