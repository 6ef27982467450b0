using System.Collections;
using System.Globalization;
using System.Text;

namespace PollHttp.Core;

/// <summary>Makes the query part of an address from names and values, or adds to it.</summary>
public static class QueryString
{
    /// <summary>
    /// Joins pairs with <c>&amp;</c>, without a leading question mark. A null value gives the name alone; a sequence other than a string
    /// repeats the name for each element; an empty sequence gives nothing.
    /// </summary>
    /// <remarks>
    /// Names and values are percent-encoded as UTF-8, except for the unreserved characters of RFC 3986 §2.3 (a space becomes <c>%20</c>).
    /// Numbers and dates are formatted with the invariant culture, bool as <c>true</c> or <c>false</c>.
    /// </remarks>
    /// <param name="pairs">A dictionary, or pairs in the order to send.</param> <exception cref="ArgumentNullException">The sequence or a
    /// name is null.</exception>
    public static string FromDictionary(IEnumerable<KeyValuePair<string, object?>> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        StringBuilder query = new();
        foreach ((string name, object? value) in pairs)
        {
            ArgumentNullException.ThrowIfNull(name, nameof(pairs));
            if (value is IEnumerable sequence and not string)
            {
                foreach (object? element in sequence)
                {
                    Append(query, name, element);
                }
            }
            else
            {
                Append(query, name, value);
            }
        }

        return query.ToString();
    }

    /// <summary>Adds one name and value to the query of an address, before its fragment; escaped as by <see cref="FromDictionary"/>. The
    /// existing address is not changed.</summary>
    /// <param name="address">An address, absolute or relative; may have a query and a fragment.</param>
    /// <param name="name">The name, not escaped.</param>
    /// <param name="value">The value, not escaped; null for the name alone; a sequence other than a string repeats the name.</param>
    /// <returns>The address with the query: for <c>"/find?a=1#top", "q", "x y"</c> it is <c>/find?a=1&amp;q=x%20y#top</c>.</returns>
    public static string Add(string address, string name, object? value) => Add(address, [new(name, value)]);

    /// <summary>Adds names and values to the query of an address, before its fragment; escaped as by <see cref="FromDictionary"/>.</summary>
    /// <param name="address">An address, absolute or relative; may have a query and a fragment.</param>
    /// <param name="pairs">A dictionary, or pairs in the order wanted.</param>
    /// <exception cref="ArgumentNullException">The address, the sequence or a name is null.</exception>
    public static string Add(string address, IEnumerable<KeyValuePair<string, object?>> pairs)
    {
        ArgumentNullException.ThrowIfNull(address);
        string added = FromDictionary(pairs);
        if (added.Length == 0)
        {
            return address;
        }

        int fragment = address.IndexOf('#', StringComparison.Ordinal);
        ReadOnlySpan<char> front = fragment < 0 ? address : address.AsSpan(0, fragment);
        ReadOnlySpan<char> end = fragment < 0 ? default : address.AsSpan(fragment);
        int query = front.IndexOf('?');
        string separator = query < 0 ? "?" : query == front.Length - 1 || front[^1] == '&' ? "" : "&";
        return string.Concat(front, separator, added, end);
    }

    private static void Append(StringBuilder query, string name, object? value)
    {
        if (query.Length > 0)
        {
            query.Append('&');
        }

        query.Append(Uri.EscapeDataString(name));
        if (value is not null)
        {
            query.Append('=').Append(Uri.EscapeDataString(Format(value)));
        }
    }

    private static string Format(object value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
