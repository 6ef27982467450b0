namespace PollHttp.Core;

/// <summary>Decides whether the connection can be used after the response (RFC 9112
/// §9.3).</summary>
internal static class ReuseRules
{
    public static CloseReasons Decide(ResponseHead response)
    {
        bool close = HasOption(response.Headers, "close");
        CloseReasons reasons = close ? CloseReasons.ServerAsked : CloseReasons.None;
        if (response.MinorVersion == 0 && (close || !HasOption(response.Headers, "keep-alive")))
        {
            reasons |= CloseReasons.Http10;
        }
        else if (response.MinorVersion > 1)
        {
            reasons |= CloseReasons.Http10;
        }

        if (response.Framing.Kind == BodyFramingKind.UntilClose)
        {
            reasons |= CloseReasons.CloseDelimitedBody;
        }

        return reasons;
    }

    /// <summary>Determines whether a Connection field names the option, in any line and position.</summary>
    public static bool HasOption(HeaderBlock headers, string option)
    {
        for (int i = headers.IndexOf("Connection"); i >= 0; i = headers.IndexOf("Connection", i + 1))
        {
            ReadOnlySpan<byte> value = headers.GetValueBytes(i);
            while (true)
            {
                int comma = value.IndexOf((byte)',');
                if (Ascii.EqualsIgnoreCase(Ascii.Trim(comma < 0 ? value : value[..comma]), option))
                {
                    return true;
                }

                if (comma < 0)
                {
                    break;
                }

                value = value[(comma + 1)..];
            }
        }

        return false;
    }
}
