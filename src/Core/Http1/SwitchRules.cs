namespace PollHttp.Core;

/// <summary>Checks that a 101 names protocols that the request offered (RFC 9110
/// §7.8).</summary>
internal static class SwitchRules
{
    /// <summary>Returns the protocols of a request's Upgrade fields, as one list.</summary>
    public static string? GetOffered(HeaderList headers)
    {
        string? offered = null;
        foreach (HeaderField field in headers)
        {
            if (field.Name.Equals("Upgrade", StringComparison.OrdinalIgnoreCase))
            {
                offered = offered is null ? field.Value : offered + "," + field.Value;
            }
        }

        return offered;
    }

    /// <summary>
    /// Determines whether the response names at least one protocol, and only protocols that were offered; case does not matter.
    /// </summary>
    public static bool IsOffered(HeaderBlock response, ReadOnlySpan<char> offered)
    {
        bool named = false;
        for (int i = response.IndexOf("Upgrade"); i >= 0; i = response.IndexOf("Upgrade", i + 1))
        {
            ReadOnlySpan<byte> value = response.GetValueBytes(i);
            while (true)
            {
                int comma = value.IndexOf((byte)',');
                if (!Contains(offered, Ascii.Trim(comma < 0 ? value : value[..comma])))
                {
                    return false;
                }

                named = true;
                if (comma < 0)
                {
                    break;
                }

                value = value[(comma + 1)..];
            }
        }

        return named;
    }

    private static bool Contains(ReadOnlySpan<char> offered, ReadOnlySpan<byte> protocol)
    {
        while (!protocol.IsEmpty && !offered.IsEmpty)
        {
            int comma = offered.IndexOf(',');
            if (Ascii.EqualsIgnoreCase(protocol, (comma < 0 ? offered : offered[..comma]).Trim(" \t")))
            {
                return true;
            }

            offered = comma < 0 ? default : offered[(comma + 1)..];
        }

        return false;
    }
}
