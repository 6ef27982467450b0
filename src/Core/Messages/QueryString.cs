using System.Collections;
using System.Globalization;
using System.Text;

namespace PollHttp.Core;

/// <summary>Makes the query part of a target from names and values.</summary>
public static class QueryString
{
    /// <summary>
    /// Joins pairs with <c>&amp;</c>, without a question mark in front. A null value gives the name alone; a sequence other than
    /// a string repeats the name for each element; an empty sequence gives nothing.
    /// </summary>
    /// <remarks>
    /// Names and values are percent-encoded as UTF-8, all but the unreserved characters of RFC 3986 §2.3 (a space becomes
    /// <c>%20</c>). Numbers and dates are formatted with the invariant culture, bool as <c>true</c> or <c>false</c>.
    /// </remarks>
    /// <param name="pairs">A dictionary, or pairs in the order wanted.</param>
    /// <exception cref="ArgumentNullException">The sequence or a name is null.</exception>
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
