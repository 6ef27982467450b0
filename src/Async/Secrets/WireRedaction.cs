using PollHttp.Authentication;
using PollHttp.Secrets;

namespace PollHttp;

/// <summary>
/// Specifies what is shown of requests and responses. By default the user and password of an address, the contents of a query, and the
/// values of fields with secrets are not shown. Removed text is replaced by <c>*</c>.
/// </summary>
/// <remarks>
/// <para>Addresses are redacted in requests and in the fields Location, Content-Location, Referer, Link and Refresh.
/// Paths are shown.</para>
/// <para>Configure it before use. Thread safety: afterwards safe for use from any thread.</para>
/// </remarks>
public sealed class WireRedaction
{
    private const string Hidden = "*";

    internal static WireRedaction Default { get; } = new();

    /// <summary>
    /// Gets the names of fields whose values are not shown, in any case: Authorization, Proxy-Authorization, Cookie, Set-Cookie, and the
    /// well-known fields for keys and tokens. Names can be added and removed. The client's own
    /// <see cref="PollHttpClientOptions.SecretFields"/> are not shown either.
    /// </summary>
    public ISet<string> SecretFields { get; } =
        new HashSet<string>([.. KnownSecrets.RequestFields, "Set-Cookie", "Set-Cookie2"], StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Gets or sets a function that decides for each other field, by its name, whether its value is hidden. Null hides none.
    /// </summary>
    public Func<string, bool>? IsSecretField { get; set; }

    /// <summary>Gets the names of query and form parameters that are shown with their values; empty by default. Case-sensitive.</summary>
    public ISet<string> PublicParameters { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>
    /// Gets or sets a function that decides for each other parameter, by its name, whether it is shown with its value. Null shows none.
    /// </summary>
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

    /// <summary>Returns the value of a field, as far as it is shown, with further secret fields, such as those of the client
    /// (<see cref="WireExchange.SecretFields"/>).
    /// <param name="field">The field.</param>
    /// <param name="alsoSecret">Names of further fields whose values are not shown, in any case.</param></summary>
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

    /// <summary>
    /// Returns a query, or a form, without its question mark, as far as it is shown. Adjacent hidden parameters are replaced by one mark.
    /// </summary>
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

    /// <summary>Removes the text before an @ in the authority.</summary>
    private static ReadOnlySpan<char> WithoutUser(ReadOnlySpan<char> address)
    {
        int slashes = address.IndexOf("//");
        if (slashes < 0 || (slashes > 0 && address[slashes - 1] is not (':' or '=' or '\'' or '"' or ' ')))
        {
            return address; // a relative address
        }

        int start = slashes + 2;
        int length = address[start..].IndexOf('/');
        ReadOnlySpan<char> authority = length < 0 ? address[start..] : address.Slice(start, length);
        int at = authority.LastIndexOf('@');
        return at < 0 ? address : string.Concat(address[..start], address[(start + at + 1)..]);
    }

    private static bool Is(HeaderField field, string name) => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}
