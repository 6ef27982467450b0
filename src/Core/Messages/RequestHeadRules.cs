namespace PollHttp.Core;

/// <summary>Checks what is allowed in a request head. Violations are argument errors, before a byte is written.</summary>
internal static class RequestHeadRules
{
    private const int MaxMethodLength = 64;

    public static string CheckMethod(string method)
    {
        ArgumentNullException.ThrowIfNull(method);
        if (method.Length > MaxMethodLength || !TokenTable.IsToken(method))
        {
            throw new ArgumentException("A method is a token of at most 64 characters (RFC 9110 §9.1).", nameof(method));
        }

        return method;
    }

    public static string CheckProtocol(string protocol) => TokenTable.IsToken(protocol)
        ? protocol
        : throw new ArgumentException("A protocol is a token (RFC 9110 §7.8).", nameof(protocol));

    public static string CheckTarget(string target)
    {
        ArgumentException.ThrowIfNullOrEmpty(target);
        foreach (char c in target)
        {
            if (c is <= ' ' or > '~')
            {
                throw new ArgumentException(
                    $"A request target has visible ASCII characters only; U+{(int)c:X4} must be percent-encoded (RFC 9112 §3.2).", nameof(target));
            }
        }

        if (target.Contains('#', StringComparison.Ordinal))
        {
            throw new ArgumentException("A fragment is never sent (RFC 9110 §7.1).", nameof(target));
        }

        return target;
    }

    public static string CheckAuthority(string authority)
    {
        ArgumentNullException.ThrowIfNull(authority);
        if (authority.Length > 0 && !IsAuthority(authority))
        {
            throw new ArgumentException("Host has the form host or host:port, without user, path or white space (RFC 9110 §7.2).", nameof(authority));
        }

        return authority;
    }

    public static HeaderField CheckField(HeaderField field)
    {
        if (!TokenTable.IsToken(field.Name))
        {
            throw new ArgumentException($"A header name is a token (RFC 9110 §5.1), which '{field.Name}' is not.", nameof(field));
        }

        ArgumentNullException.ThrowIfNull(field.Value, nameof(field));
        ReadOnlySpan<char> value = field.Value.AsSpan().Trim(" \t");
        if (!TokenTable.IsFieldValue(value))
        {
            throw new ArgumentException(
                $"The value of {field.Name} has a control character or one above U+00FF (RFC 9110 §5.5).", nameof(field));
        }

        return value.Length == field.Value.Length ? field : new(field.Name, value.ToString());
    }

    /// <summary>Checks the rules that involve several fields or the content, and returns what the connection must know.</summary>
    /// <param name="head">The head.</param>
    /// <param name="content">How its content is framed.</param>
    /// <param name="hasConnectionFields"> Whether Connection is sent. If it is not (RFC 9113 §8.2.2), TE need not be named in it, and the
    /// fields that it names need not exist. </param>
    public static HeadTraits CheckHead(RequestHead head, ContentFraming content, bool hasConnectionFields = true)
    {
        bool isLenient = head.AllowUnusualFields || !hasConnectionFields;
        HeadTraits traits = HeadTraits.None;
        int hosts = 0;
        int lengths = 0;
        int types = 0;
        int authorizations = 0;
        bool upgrade = false;
        bool te = false;
        foreach (HeaderField field in head.Headers)
        {
            switch (field.Name.Length)
            {
                case 2 when Is(field, "TE"):
                    te = true;
                    break;
                case 4 when Is(field, "Host"):
                    hosts++;
                    _ = CheckAuthority(field.Value);
                    break;
                case 6 when Is(field, "Expect"):
                    if (!head.AllowUnusualFields
                        && (content.Kind == ContentFramingKind.None || content is { Kind: ContentFramingKind.Length, Length: 0 }))
                    {
                        throw Refuse("Expect needs a content (RFC 9110 §10.1.1).");
                    }

                    traits |= field.Value.Equals("100-continue", StringComparison.OrdinalIgnoreCase) ? HeadTraits.Continue : 0;
                    break;
                case 7 when Is(field, "Upgrade"):
                    upgrade = true;
                    break;
                case 8 when Is(field, "Priority"):
                    traits |= HeadTraits.Priority;
                    break;
                case 10 when Is(field, "Connection"):
                    CheckConnection(head, field.Value, isLenient, ref traits);
                    break;
                case 12 when Is(field, "Content-Type"):
                    types++;
                    break;
                case 13 when Is(field, "Authorization"):
                    authorizations++;
                    break;
                case 14 when Is(field, "Content-Length"):
                    lengths++;
                    if (content.Kind != ContentFramingKind.Length
                        || !long.TryParse(field.Value, System.Globalization.NumberStyles.None, null, out long length)
                        || length != content.Length)
                    {
                        throw Refuse("Content-Length is not the length of the content (RFC 9112 §6.2).");
                    }

                    break;
                case 17 when Is(field, "Transfer-Encoding"):
                    if (content.Kind != ContentFramingKind.Chunked || !field.Value.Equals("chunked", StringComparison.OrdinalIgnoreCase))
                    {
                        throw Refuse("Transfer-Encoding is chunked, for a content of unknown length, or absent (RFC 9112 §6.1).");
                    }

                    break;
            }
        }

        if (hosts > 1 || lengths > 1 || types > 1 || authorizations > 1)
        {
            throw Refuse("Host, Content-Length, Content-Type and Authorization may be given once (RFC 9110 §5.3).");
        }

        if (te && (traits & HeadTraits.NamesTe) == 0 && !isLenient)
        {
            throw Refuse("TE must be named in Connection (RFC 9110 §10.1.4).");
        }

        if (head.IsHttp10 && content.Kind == ContentFramingKind.Chunked)
        {
            throw Refuse("HTTP/1.0 has no chunks: give the content's length (RFC 9112 §6.1).");
        }

        traits |= (hosts > 0 ? HeadTraits.Host : 0)
            | (upgrade && (traits & HeadTraits.NamesUpgrade) != 0 ? HeadTraits.Upgrade : 0)
            | (head.Method == "CONNECT" ? HeadTraits.Connect : head.Method == "HEAD" ? HeadTraits.Head : 0);
        if (head.Protocol is not null && (hasConnectionFields || (traits & HeadTraits.Connect) == 0))
        {
            throw Refuse("Protocol is for CONNECT in HTTP/2 (RFC 8441 §4).");
        }

        if ((traits & HeadTraits.Connect) != 0 && content.Kind != ContentFramingKind.None)
        {
            throw Refuse("CONNECT has no content (RFC 9110 §9.3.6).");
        }

        return traits;
    }

    private static void CheckConnection(RequestHead head, ReadOnlySpan<char> value, bool isLenient, ref HeadTraits traits)
    {
        while (true)
        {
            int comma = value.IndexOf(',');
            ReadOnlySpan<char> option = (comma < 0 ? value : value[..comma]).Trim(" \t");
            CheckConnectionOption(head, option, isLenient, ref traits);
            if (comma < 0)
            {
                return;
            }

            value = value[(comma + 1)..];
        }
    }

    private static void CheckConnectionOption(RequestHead head, ReadOnlySpan<char> option, bool isLenient, ref HeadTraits traits)
    {
        if (option.Equals("close", StringComparison.OrdinalIgnoreCase))
        {
            traits |= HeadTraits.Close;
            return;
        }

        if (option.Equals("keep-alive", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        traits |= option.Equals("Upgrade", StringComparison.OrdinalIgnoreCase) ? HeadTraits.NamesUpgrade : 0;
        traits |= option.Equals("TE", StringComparison.OrdinalIgnoreCase) ? HeadTraits.NamesTe : 0;
        if (option.Equals("Host", StringComparison.OrdinalIgnoreCase)
            || option.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
            || option.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)
            || (!isLenient && !head.Headers.Contains(option.ToString())))
        {
            throw Refuse("Connection names close, keep-alive, or a field of this request that only the next hop reads (RFC 9110 §7.6.1).");
        }
    }

    private static bool IsAuthority(ReadOnlySpan<char> text)
    {
        int hostEnd;
        if (text[0] == '[')
        {
            hostEnd = text.IndexOf(']') + 1;
            if (hostEnd <= 2 || text[1..(hostEnd - 1)].ContainsAnyExcept("0123456789abcdefABCDEF:."))
            {
                return false;
            }
        }
        else
        {
            int colon = text.IndexOf(':');
            hostEnd = colon < 0 ? text.Length : colon;
            if (hostEnd == 0)
            {
                return false;
            }

            foreach (char c in text[..hostEnd])
            {
                if (!char.IsAsciiLetterOrDigit(c) && !"-._~!$&'()*+,;=%".Contains(c, StringComparison.Ordinal))
                {
                    return false;
                }
            }
        }

        if (hostEnd == text.Length)
        {
            return true;
        }

        ReadOnlySpan<char> port = text[(hostEnd + 1)..];
        return text[hostEnd] == ':' && HostPort.TryParsePort(port, out _);
    }

    private static bool Is(HeaderField field, string name) => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static ArgumentException Refuse(string message) => new(message, "head");
}
