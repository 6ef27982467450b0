using System.Globalization;
using System.Text.Json;
using PollHttp.Cookies;

namespace PollHttp.Wire;

/// <summary>Writes one attempt as an entry of a HAR 1.2 log, with secrets removed. Names with a leading underscore are our own.</summary>
internal sealed class HarEntry(WireExchange exchange, HarOptions options, Utf8JsonWriter json)
{
    private readonly WireRedaction _redaction = options.Redaction;

    public void Write()
    {
        HarTimings timings = new(exchange);
        json.WriteStartObject();
        json.WriteString("startedDateTime", exchange.StartedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteNumber("time", Rounded(timings.Total));
        WriteRequest();
        WriteResponse();
        json.WriteStartObject("cache");
        json.WriteEndObject();
        WriteTimings(timings);
        if (exchange.Connection?.RemoteEndPoint is IPEndPoint server)
        {
            json.WriteString("serverIPAddress", server.Address.ToString());
        }

        if (exchange.ConnectionNumber > 0)
        {
            json.WriteString("connection", exchange.ConnectionNumber.ToString(CultureInfo.InvariantCulture));
        }

        json.WriteNumber("_call", exchange.Call);
        json.WriteNumber("_attempt", exchange.Attempt);
        if (exchange.Error is { } error)
        {
            json.WriteString("_error", WireFailure.Describe(error));
        }

        json.WriteEndObject();
    }

    private void WriteRequest()
    {
        WireRequest? request = exchange.Request;
        json.WriteStartObject("request");
        json.WriteString("method", exchange.Method);
        string url = _redaction.RedactUri(exchange.Uri);
        json.WriteString("url", url);
        json.WriteString("httpVersion", request is { IsHttp2: true } ? "HTTP/2" : Version(request?.MinorVersion ?? 1));
        json.WriteStartArray("cookies");
        WriteRequestCookies(request?.Headers ?? []);
        json.WriteEndArray();
        WriteFields("headers", request?.Headers ?? []);
        int query = url.IndexOf('?', StringComparison.Ordinal);
        WriteParameters("queryString", query < 0 ? "" : url[(query + 1)..]);
        WritePostData();
        json.WriteNumber("headersSize", request?.HeadBytes ?? -1);
        json.WriteNumber("bodySize", request is null ? -1 : exchange.RequestBodyBytes);
        json.WriteEndObject();
    }

    private void WritePostData()
    {
        WireBody body = WireBody.OfRequest(exchange, options.BodyBytes);
        if (body.Bytes.IsEmpty)
        {
            return;
        }

        json.WriteStartObject("postData");
        json.WriteString("mimeType", body.Type ?? "");
        json.WriteStartArray("params");
        json.WriteEndArray();
        WriteBytes(body, "_encoding");
        json.WriteEndObject();
    }

    private void WriteResponse()
    {
        ResponseHead? head = exchange.Response;
        IReadOnlyList<HeaderField> fields = head?.Headers ?? (IReadOnlyList<HeaderField>)[];
        json.WriteStartObject("response");
        json.WriteNumber("status", head?.StatusCode ?? 0); // 0: there was no response
        json.WriteString("statusText", head?.ReasonPhrase ?? "");
        json.WriteString("httpVersion", head is null ? "" : head.Version.Major == 2 ? "HTTP/2" : Version(head.MinorVersion));
        json.WriteStartArray("cookies");
        WriteResponseCookies(fields);
        json.WriteEndArray();
        WriteFields("headers", fields);
        WriteContent();
        json.WriteString("redirectURL", head?.Headers.TryGetValue("Location", out string? location) == true
            ? _redaction.RedactField(new("Location", location), exchange.SecretFields)
            : "");
        json.WriteNumber("headersSize", -1);
        json.WriteNumber("bodySize", head is null ? -1 : exchange.ResponseBodyBytes);
        json.WriteEndObject();
    }

    private void WriteContent()
    {
        WireBody body = WireBody.OfResponse(exchange, options.BodyBytes);
        json.WriteStartObject("content");
        json.WriteNumber("size", body.Length);
        json.WriteString("mimeType", body.Type ?? "x-unknown");
        if (!body.Bytes.IsEmpty)
        {
            WriteBytes(body, "encoding");
        }

        if (exchange is { IsWhole: false, Error: null })
        {
            json.WriteBoolean("_left", true);
        }

        json.WriteEndObject();
    }

    /// <param name="body">The kept part of the body.</param>
    /// <param name="encoding">The name of the HAR member for base64; HAR defines none for requests.</param>
    private void WriteBytes(in WireBody body, string encoding)
    {
        if (body.TryGetText(_redaction, out string? text))
        {
            json.WriteString("text", text);
        }
        else
        {
            json.WriteBase64String("text", body.Bytes.Span);
            json.WriteString(encoding, "base64");
        }

        if (body.IsCut)
        {
            json.WriteString("comment", $"The first {body.Bytes.Length} of {body.Length} bytes.");
        }
    }

    private void WriteTimings(in HarTimings timings)
    {
        json.WriteStartObject("timings");
        json.WriteNumber("blocked", Rounded(timings.Blocked));
        json.WriteNumber("dns", Rounded(timings.Dns));
        json.WriteNumber("connect", Rounded(timings.Connect));
        json.WriteNumber("ssl", Rounded(timings.Ssl));
        json.WriteNumber("send", Rounded(timings.Send));
        json.WriteNumber("wait", Rounded(timings.Wait));
        json.WriteNumber("receive", Rounded(timings.Receive));
        json.WriteEndObject();
    }

    private void WriteFields(string name, IReadOnlyList<HeaderField> fields)
    {
        json.WriteStartArray(name);
        foreach (HeaderField field in fields)
        {
            WritePair(field.Name, _redaction.RedactField(field, exchange.SecretFields));
        }

        json.WriteEndArray();
    }

    private void WriteParameters(string name, string query)
    {
        json.WriteStartArray(name);
        foreach (string parameter in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = parameter.IndexOf('=', StringComparison.Ordinal);
            WritePair(Unescape(equals < 0 ? parameter : parameter[..equals]), equals < 0 ? "" : Unescape(parameter[(equals + 1)..]));
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the cookies. A cookie's name is shown; its value only if that of the field is.</summary>
    private void WriteRequestCookies(IReadOnlyList<HeaderField> fields)
    {
        foreach (HeaderField field in fields.Where(static f => f.Name.Equals("Cookie", StringComparison.OrdinalIgnoreCase)))
        {
            bool isShown = IsShown(field);
            foreach (string pair in field.Value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                int equals = pair.IndexOf('=', StringComparison.Ordinal);
                if (equals >= 0)
                {
                    WritePair(pair[..equals], isShown ? pair[(equals + 1)..] : "*");
                }
            }
        }
    }

    private void WriteResponseCookies(IReadOnlyList<HeaderField> fields)
    {
        foreach (HeaderField field in fields.Where(static f => f.Name.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase)))
        {
            if (SetCookie.Parse(field.Value) is not { Name.Length: > 0 } cookie)
            {
                continue;
            }

            json.WriteStartObject();
            json.WriteString("name", cookie.Name);
            json.WriteString("value", IsShown(field) ? cookie.Value : "*");
            if (cookie.Path is { } path)
            {
                json.WriteString("path", path);
            }

            if (cookie.Domain is { } domain)
            {
                json.WriteString("domain", domain);
            }

            if (cookie.Expires is { } expires)
            {
                json.WriteString("expires", expires.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            }

            json.WriteBoolean("httpOnly", cookie.IsHttpOnly);
            json.WriteBoolean("secure", cookie.IsSecure);
            json.WriteEndObject();
        }
    }

    private bool IsShown(HeaderField field) => ReferenceEquals(_redaction.RedactField(field, exchange.SecretFields), field.Value);

    private void WritePair(string name, string value)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("value", value);
        json.WriteEndObject();
    }

    private static string Version(int minor) => minor == 0 ? "HTTP/1.0" : "HTTP/1.1";

    private static string Unescape(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    /// <summary>Rounds to the microsecond, which is the precision of the times.</summary>
    private static double Rounded(double milliseconds) => Math.Round(milliseconds, 3);
}
