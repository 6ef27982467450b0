using PollHttp.Core.Http2.Hpack;

namespace PollHttp.Core.Http2;

/// <summary>Checks and encodes the heads of requests for HTTP/2 (RFC 9113 §8.2, §8.3.1).</summary>
internal static class RequestFields
{
    private const int FieldOverhead = 32;

    /// <summary>Checks a head against all rules before any of it is encoded.</summary>
    /// <param name="head">The head.</param>
    /// <param name="content">The framing of its content.</param>
    /// <param name="scheme">The scheme: http or https.</param>
    /// <param name="limits">The limits of the exchange.</param>
    /// <param name="peerLimit">The largest head that the peer accepts; null for no limit.</param>
    /// <exception cref="ArgumentException">The head breaks a rule.</exception>
    public static HeadTraits Check(RequestHead head, ContentFraming content, string scheme, ConnectionLimits limits, uint? peerLimit)
    {
        HeadTraits traits = RequestHeadRules.CheckHead(head, content, hasConnectionFields: false);
        if ((traits & HeadTraits.Upgrade) != 0)
        {
            throw new ArgumentException("HTTP/2 has no Upgrade (RFC 9113 §8.6).", nameof(head));
        }

        bool isTunnel = (traits & HeadTraits.Connect) != 0 && head.Protocol is null;
        if (head.Authority.Length == 0 && !isTunnel && (traits & HeadTraits.Host) == 0)
        {
            throw new ArgumentException("A request needs an authority (RFC 9113 §8.3.1).", nameof(head));
        }

        var measure = new Measure();
        Walk(head, content, scheme, traits, ref measure);
        if (measure.Size > limits.RequestHeadBytes)
        {
            throw new ArgumentException($"The request head is larger than the limit of {limits.RequestHeadBytes} bytes.", nameof(head));
        }

        if (measure.Size > peerLimit)
        {
            throw new ArgumentException(
                $"The request head has {measure.Size} bytes, 32 a field added, which is more than the {peerLimit} that the server takes (RFC 9113 §6.5.2).",
                nameof(head));
        }

        return traits;
    }

    /// <summary>Encodes a head that was checked.</summary>
    public static void Encode(RequestHead head, ContentFraming content, string scheme, HeadTraits traits, HpackEncoder encoder)
    {
        encoder.Start();
        var target = new Target(encoder);
        Walk(head, content, scheme, traits, ref target);
    }

    /// <summary>Encodes a trailer section.</summary>
    public static void EncodeTrailers(HeaderList trailers, HpackEncoder encoder)
    {
        encoder.Start();
        foreach (HeaderField field in trailers)
        {
            encoder.Append(field.Name, field.Value);
        }
    }

    private static void Walk<T>(RequestHead head, ContentFraming content, string scheme, HeadTraits traits, ref T target)
        where T : struct, IFieldTarget
    {
        target.Take(":method", head.Method);
        if ((traits & HeadTraits.Connect) != 0 && head.Protocol is null)
        {
            target.Take(":authority", head.Target);
        }
        else
        {
            if (head.Protocol is { } protocol)
            {
                target.Take(":protocol", protocol); // extended CONNECT (RFC 8441 §4)
            }

            target.Take(":scheme", scheme);
            target.Take(":authority", (traits & HeadTraits.Host) != 0 ? FindHost(head.Headers) : head.Authority);
            target.Take(":path", head.Target);
        }

        bool hasLength = false;
        foreach (HeaderField field in head.Headers)
        {
            switch (field.Name.Length)
            {
                case 2 when Is(field, "TE") && !field.Value.Equals("trailers", StringComparison.OrdinalIgnoreCase):
                case 4 when Is(field, "Host"):
                case 7 when Is(field, "Upgrade"):
                case 10 when Is(field, "Connection") || Is(field, "Keep-Alive"):
                case 16 when Is(field, "Proxy-Connection"):
                case 17 when Is(field, "Transfer-Encoding"):
                    continue;
                case 6 when Is(field, "Cookie"):
                    TakeCrumbs(field, ref target);
                    continue;
                case 14 when Is(field, "Content-Length"):
                    hasLength = true;
                    break;
            }

            target.Take(field.Name, field.Value);
        }

        if (content.Kind == ContentFramingKind.Length && !hasLength)
        {
            target.Take("content-length", content.Length == 0 ? "0" : content.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Sends each cookie as a field of its own, which compresses better (RFC 9113 §8.2.3).</summary>
    private static void TakeCrumbs<T>(HeaderField field, ref T target)
        where T : struct, IFieldTarget
    {
        const string Separator = "; ";
        string cookies = field.Value;
        int start = 0;
        for (int end; (end = cookies.IndexOf(Separator, start, StringComparison.Ordinal)) >= 0; start = end + Separator.Length)
        {
            target.Take(field.Name, cookies[start..end]);
        }

        target.Take(field.Name, cookies[start..]);
    }

    private static string FindHost(HeaderList headers) => headers.TryGetValue("Host", out string? host) ? host : "";

    private static bool Is(HeaderField field, string name) => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private interface IFieldTarget
    {
        void Take(string name, string value);
    }

    private struct Measure : IFieldTarget
    {
        public long Size;

        public void Take(string name, string value) => Size += name.Length + value.Length + FieldOverhead;
    }

    private readonly struct Target(HpackEncoder encoder) : IFieldTarget
    {
        public void Take(string name, string value) => encoder.Append(name, value);
    }
}
