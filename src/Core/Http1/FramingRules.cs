namespace PollHttp.Core;

/// <summary>
/// Decides how long the content of a response is, by RFC 9112 §6.3. Steps are numbered as there; deviations are stricter.
/// </summary>
internal static class FramingRules
{
    /// <summary>Holds the decision, and whether the connection may be used again afterwards.</summary>
    public readonly record struct Decision(BodyFraming Framing, long ContentLength, bool Ambiguous, FaultKind Fault);

    /// <param name="response">The final head.</param>
    /// <param name="isHead">Whether the request was HEAD.</param>
    /// <param name="isConnect">Whether the request was CONNECT.</param>
    /// <param name="leniency">The deviations that are accepted.</param>
    public static Decision Decide(ResponseHead response, bool isHead, bool isConnect, Leniency leniency)
    {
        (long length, FaultKind lengthFault, bool repeated) = ReadLength(response.Headers);
        (bool coded, FaultKind codingFault, bool unusual) = ReadCoding(response.Headers, leniency);

        // 1: no content, whatever the fields say.
        int status = response.StatusCode;
        if (isHead || status is 204 or 304)
        {
            bool broken = lengthFault != FaultKind.None || codingFault != FaultKind.None || (status == 204 && (coded || length > 0));
            return new(new(BodyFramingKind.None, 0), lengthFault == FaultKind.None ? length : -1, broken, FaultKind.None);
        }

        // 2: a tunnel.
        if (isConnect && status is >= 200 and < 300)
        {
            return new(new(BodyFramingKind.Tunnel, -1), -1, false, FaultKind.None);
        }

        // 3, 4: a transfer coding overrides a length. Only a single chunked is accepted, and not in HTTP/1.0 (<summary>6.1).</summary>
        if (codingFault != FaultKind.None || (coded && response.MinorVersion == 0))
        {
            return new(default, -1, true, FaultKind.UnsupportedTransferCoding);
        }

        if (coded)
        {
            bool both = length >= 0 || lengthFault != FaultKind.None;
            return new(new(BodyFramingKind.Chunked, -1), -1, both || unusual, FaultKind.None);
        }

        // 5: an invalid length is unrecoverable.
        if (lengthFault != FaultKind.None)
        {
            return new(default, -1, true, lengthFault);
        }

        // 6: a valid length decides.
        if (length >= 0)
        {
            return new(new(length == 0 ? BodyFramingKind.None : BodyFramingKind.Length, length), length, repeated || unusual, FaultKind.None);
        }

        // 8: neither: the content runs until the connection ends.
        return new(new(BodyFramingKind.UntilClose, -1), -1, false, FaultKind.None);
    }

    /// <summary>Determines whether an interim response has a transfer coding, which is an error there.</summary>
    public static bool HasTransferCoding(HeaderBlock headers) => headers.IndexOf("Transfer-Encoding") >= 0;

    /// <summary>Reads Content-Length: digits; several members are accepted only if they are identical.</summary>
    private static (long Length, FaultKind Fault, bool Repeated) ReadLength(HeaderBlock headers)
    {
        long length = -1;
        bool repeated = false;
        ReadOnlySpan<byte> first = default;
        for (int i = headers.IndexOf("Content-Length"); i >= 0; i = headers.IndexOf("Content-Length", i + 1))
        {
            ReadOnlySpan<byte> value = headers.GetValueBytes(i);
            while (true)
            {
                int comma = value.IndexOf((byte)',');
                ReadOnlySpan<byte> member = Ascii.Trim(comma < 0 ? value : value[..comma]);
                if (length < 0)
                {
                    if (!Decimal.TryParse(member, out length))
                    {
                        return (-1, FaultKind.MalformedLength, repeated);
                    }

                    first = member;
                }
                else
                {
                    repeated = true;
                    if (!member.SequenceEqual(first))
                    {
                        return (-1, Decimal.TryParse(member, out _) ? FaultKind.ConflictingLengths : FaultKind.MalformedLength, true);
                    }
                }

                if (comma < 0)
                {
                    break;
                }

                value = value[(comma + 1)..];
            }
        }

        return (length, FaultKind.None, repeated);
    }

    /// <summary>
    /// Reads Transfer-Encoding: exactly <c>chunked</c>, or if allowed <c>identity</c>, which means none. Unusual: the peer may mean a
    /// different framing, so the connection ends with the response.
    /// </summary>
    private static (bool Chunked, FaultKind Fault, bool Unusual) ReadCoding(HeaderBlock headers, Leniency leniency)
    {
        int lines = 0;
        if ((leniency & Leniency.IdentityCoding) != 0 && IsIdentity(headers))
        {
            return (false, FaultKind.None, true);
        }

        for (int i = headers.IndexOf("Transfer-Encoding"); i >= 0; i = headers.IndexOf("Transfer-Encoding", i + 1))
        {
            lines++;
            if (!Ascii.EqualsIgnoreCase(headers.GetValueBytes(i), "chunked"))
            {
                return (false, FaultKind.UnsupportedTransferCoding, false);
            }
        }

        return lines > 1 && (leniency & Leniency.RepeatedChunked) == 0
            ? (false, FaultKind.UnsupportedTransferCoding, true)
            : (lines > 0, FaultKind.None, lines > 1);
    }

    /// <summary>Determines whether there is a transfer coding, and each line of it is exactly <c>identity</c>.</summary>
    private static bool IsIdentity(HeaderBlock headers)
    {
        int lines = 0;
        for (int i = headers.IndexOf("Transfer-Encoding"); i >= 0; i = headers.IndexOf("Transfer-Encoding", i + 1))
        {
            lines++;
            if (!Ascii.EqualsIgnoreCase(headers.GetValueBytes(i), "identity"))
            {
                return false;
            }
        }

        return lines > 0;
    }
}
