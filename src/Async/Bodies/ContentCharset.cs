using System.Text;

namespace PollHttp.Bodies;

/// <summary>
/// Determines the encoding that a <c>Content-Type</c> names. Parameters are parsed by the MIME Sniffing Standard, labels by the Encoding
/// Standard. An unknown label means UTF-8, so that the text is never lost.
/// </summary>
internal static class ContentCharset
{
    private const string HttpSpace = " \t\r\n";

    /// <summary>
    /// Lists labels by code page. Of the Encoding Standard, iso-8859-10, -14 and -16 have no code page. iso-8859-1 means itself, as in
    /// HttpClient, while browsers read it as windows-1252.
    /// </summary>
    private static readonly (int CodePage, string Labels)[] s_labels =
    [
        (65001, "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8"),
        (1200, "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le"),
        (1201, "unicodefffe utf-16be"),
        (28591, "cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1"),
        (1252, "ansi_x3.4-1968 ascii cp1252 us-ascii windows-1252 x-cp1252"),
        (866, "866 cp866 csibm866 ibm866"),
        (28592, "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2"),
        (28593, "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3"),
        (28594, "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4"),
        (28595, "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988"),
        (28596, "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987"),
        (28597, "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987 sun_eu_greek"),
        (28598, "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 visual csiso88598i iso-8859-8-i logical"),
        (28603, "iso-8859-13 iso8859-13 iso885913"),
        (28605, "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9"),
        (20866, "cskoi8r koi koi8 koi8-r koi8_r"),
        (21866, "koi8-ru koi8-u"),
        (10000, "csmacintosh mac macintosh x-mac-roman"),
        (874, "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874"),
        (1250, "cp1250 windows-1250 x-cp1250"),
        (1251, "cp1251 windows-1251 x-cp1251"),
        (1253, "cp1253 windows-1253 x-cp1253"),
        (1254, "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 windows-1254 x-cp1254"),
        (1255, "cp1255 windows-1255 x-cp1255"),
        (1256, "cp1256 windows-1256 x-cp1256"),
        (1257, "cp1257 windows-1257 x-cp1257"),
        (1258, "cp1258 windows-1258 x-cp1258"),
        (10007, "x-mac-cyrillic x-mac-ukrainian"),
        (54936, "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk gb18030"),
        (950, "big5 big5-hkscs cn-big5 csbig5 x-x-big5"),
        (51932, "cseucpkdfmtjapanese euc-jp x-euc-jp"),
        (50220, "csiso2022jp iso-2022-jp"),
        (932, "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis"),
        (949, "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949"),
    ];

    private static readonly Dictionary<string, int> s_codePages = s_labels
        .SelectMany(static e => e.Labels.Split(' ').Select(label => (label, e.CodePage)))
        .ToDictionary(static e => e.label, static e => e.CodePage, StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns the encoding of text in a body with these fields.</summary>
    public static Encoding Of(HeaderBlock headers) => OfLabel(LabelOf(headers));

    /// <summary>Returns the encoding of JSON in a body with these fields, if it is neither UTF-8 (RFC 8259
    /// §8.1) nor ASCII; otherwise null.</summary>
    public static Encoding? OfJson(HeaderBlock headers)
    {
        string? label = LabelOf(headers);
        bool isAscii = label is not null && (label.Equals("us-ascii", StringComparison.OrdinalIgnoreCase) || label.Equals("ascii", StringComparison.OrdinalIgnoreCase));
        Encoding encoding = isAscii ? Encoding.UTF8 : OfLabel(label);
        return encoding.CodePage == Encoding.UTF8.CodePage ? null : encoding;
    }

    /// <summary>Returns the encoding of a label; UTF-8 for null and for an unknown label.</summary>
    internal static Encoding OfLabel(string? label)
    {
        label = label?.Trim();
        if (string.IsNullOrEmpty(label) || label.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            return Encoding.UTF8;
        }

        try
        {
            return s_codePages.TryGetValue(label, out int codePage)
                ? CodePagesEncodingProvider.Instance.GetEncoding(codePage) ?? Encoding.GetEncoding(codePage)
                : Encoding.GetEncoding(label); // utf-32, and encodings that the application has registered
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return Encoding.UTF8; // also for utf-7, which is no longer supported
        }
    }

    /// <summary>Returns the charset of the last MIME type, or of an earlier one that differs only in its parameters; or null.</summary>
    internal static string? LabelOf(HeaderBlock headers)
    {
        string? combined = headers.GetCombined("Content-Type");
        string? charset = null;
        ReadOnlySpan<char> essence = default;
        for (ReadOnlySpan<char> rest = combined; !rest.IsEmpty;)
        {
            ReadOnlySpan<char> type = TakeType(ref rest);
            int end = type.IndexOf(';');
            ReadOnlySpan<char> name = (end < 0 ? type : type[..end]).Trim(HttpSpace);
            int slash = name.IndexOf('/');
            if (slash <= 0 || slash == name.Length - 1 || name is "*/*")
            {
                continue;
            }

            string? own = end < 0 ? null : CharsetOf(type[(end + 1)..]);
            charset = own ?? (name.Equals(essence, StringComparison.OrdinalIgnoreCase) ? charset : null);
            essence = name;
        }

        return charset;
    }

    /// <summary>Takes the text up to the next comma outside of a quoted string.</summary>
    private static ReadOnlySpan<char> TakeType(scoped ref ReadOnlySpan<char> rest)
    {
        bool isQuoted = false;
        for (int i = 0; i < rest.Length; i++)
        {
            switch (rest[i])
            {
                case '"':
                    isQuoted = !isQuoted;
                    break;
                case '\\' when isQuoted:
                    i++;
                    break;
                case ',' when !isQuoted:
                    ReadOnlySpan<char> type = rest[..i];
                    rest = rest[(i + 1)..];
                    return type;
            }
        }

        ReadOnlySpan<char> last = rest;
        rest = default;
        return last;
    }

    /// <summary>Returns the value of the first parameter of that name, if it has one.</summary>
    private static string? CharsetOf(ReadOnlySpan<char> parameters)
    {
        while (!parameters.IsEmpty)
        {
            parameters = parameters.TrimStart(HttpSpace);
            int end = parameters.IndexOfAny(';', '=');
            if (end < 0)
            {
                return null;
            }

            ReadOnlySpan<char> name = parameters[..end];
            bool hasValue = parameters[end] == '=';
            parameters = parameters[(end + 1)..];
            if (!hasValue)
            {
                continue;
            }

            string value = TakeValue(ref parameters);
            if (value.Length > 0 && name.Equals("charset", StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }

    private static string TakeValue(scoped ref ReadOnlySpan<char> parameters)
    {
        if (parameters is not ['"', ..])
        {
            int end = parameters.IndexOf(';');
            ReadOnlySpan<char> plain = end < 0 ? parameters : parameters[..end];
            parameters = end < 0 ? default : parameters[(end + 1)..];
            return plain.Trim(HttpSpace).ToString();
        }

        var value = new StringBuilder();
        int at = 1;
        for (; at < parameters.Length && parameters[at] != '"'; at++)
        {
            if (parameters[at] == '\\' && at + 1 < parameters.Length)
            {
                at++;
            }

            value.Append(parameters[at]);
        }

        // Text between the string and the next semicolon is ignored.
        int next = parameters[Math.Min(at, parameters.Length)..].IndexOf(';');
        parameters = next < 0 ? default : parameters[(at + next + 1)..];
        return value.ToString();
    }
}
