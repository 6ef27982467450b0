using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace PollHttp.Tests.Wire;

/// <summary>Reads an archive back and checks it against HAR 1.2: every field that must be there, and the type of each that is.</summary>
internal static partial class HarCheck
{
    public static JsonElement Log(HarRecorder recorder)
    {
        using MemoryStream stream = new();
        recorder.Save(stream);
        return Log(stream.ToArray());
    }

    public static JsonElement Log(byte[] archive)
    {
        JsonElement log = JsonDocument.Parse(archive).RootElement.GetProperty("log");
        Assert.Equal("1.2", Text(log, "version"));
        Text(log.GetProperty("creator"), "name");
        Text(log.GetProperty("creator"), "version");
        Names(log, "version", "creator", "browser", "pages", "entries", "comment");
        foreach (JsonElement entry in log.GetProperty("entries").EnumerateArray())
        {
            Entry(entry);
        }

        return log;
    }

    public static JsonElement[] Entries(HarRecorder recorder) => [.. Log(recorder).GetProperty("entries").EnumerateArray()];

    private static void Entry(JsonElement entry)
    {
        Names(entry, "pageref", "startedDateTime", "time", "request", "response", "cache", "timings", "serverIPAddress", "connection", "comment");
        Date(entry, "startedDateTime");
        Request(entry.GetProperty("request"));
        Response(entry.GetProperty("response"));
        Assert.Equal(JsonValueKind.Object, entry.GetProperty("cache").ValueKind);
        double total = Timings(entry.GetProperty("timings"));
        Assert.Equal(total, entry.GetProperty("time").GetDouble(), tolerance: 0.01);
        OptionalText(entry, "serverIPAddress");
        OptionalText(entry, "connection");
    }

    private static void Request(JsonElement request)
    {
        Names(request, "method", "url", "httpVersion", "cookies", "headers", "queryString", "postData", "headersSize", "bodySize", "comment");
        Text(request, "method");
        Assert.True(Uri.IsWellFormedUriString(Text(request, "url"), UriKind.Absolute));
        Text(request, "httpVersion");
        Cookies(request);
        Pairs(request, "headers");
        Pairs(request, "queryString");
        Size(request, "headersSize");
        Size(request, "bodySize");
        if (request.TryGetProperty("postData", out JsonElement data))
        {
            Names(data, "mimeType", "params", "text", "comment");
            Text(data, "mimeType");
            Pairs(data, "params");
            Text(data, "text");
        }
    }

    private static void Response(JsonElement response)
    {
        Names(response, "status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL", "headersSize", "bodySize", "comment");
        Assert.InRange(response.GetProperty("status").GetInt32(), 0, 999);
        Text(response, "statusText");
        Text(response, "httpVersion");
        Cookies(response);
        Pairs(response, "headers");
        Text(response, "redirectURL");
        Size(response, "headersSize");
        Size(response, "bodySize");
        JsonElement content = response.GetProperty("content");
        Names(content, "size", "compression", "mimeType", "text", "encoding", "comment");
        Size(content, "size");
        Text(content, "mimeType");
        OptionalText(content, "text");
        OptionalText(content, "encoding");
    }

    /// <summary>Their sum, that of the handshake not counted, which is a part of connecting.</summary>
    private static double Timings(JsonElement timings)
    {
        Names(timings, "blocked", "dns", "connect", "send", "wait", "receive", "ssl", "comment");
        double sum = 0;
        foreach (string name in (string[])["send", "wait", "receive"])
        {
            double time = timings.GetProperty(name).GetDouble();
            Assert.True(time >= 0, $"{name} is {time}");
            sum += time;
        }

        foreach (string name in (string[])["blocked", "dns", "connect", "ssl"])
        {
            double time = timings.GetProperty(name).GetDouble();
            Assert.True(time is -1 or >= 0, $"{name} is {time}");
            sum += name == "ssl" ? 0 : Math.Max(0, time);
        }

        Assert.True(timings.GetProperty("ssl").GetDouble() <= timings.GetProperty("connect").GetDouble());
        return sum;
    }

    private static void Cookies(JsonElement of)
    {
        foreach (JsonElement cookie in of.GetProperty("cookies").EnumerateArray())
        {
            Names(cookie, "name", "value", "path", "domain", "expires", "httpOnly", "secure", "comment");
            Text(cookie, "name");
            Text(cookie, "value");
            OptionalText(cookie, "path");
            OptionalText(cookie, "domain");
            if (cookie.TryGetProperty("expires", out _))
            {
                Date(cookie, "expires");
            }
        }
    }

    private static void Pairs(JsonElement of, string list)
    {
        foreach (JsonElement pair in of.GetProperty(list).EnumerateArray())
        {
            Names(pair, "name", "value", "comment");
            Text(pair, "name");
            Text(pair, "value");
        }
    }

    /// <summary>Others than those of the format begin with an underscore, and none is there twice.</summary>
    private static void Names(JsonElement of, params string[] names)
    {
        string[] there = [.. of.EnumerateObject().Select(p => p.Name)];
        Assert.Equal(there.Distinct(), there);
        Assert.Empty(there.Where(name => name[0] != '_').Except(names));
    }

    private static string Text(JsonElement of, string name)
    {
        JsonElement value = of.GetProperty(name);
        Assert.Equal(JsonValueKind.String, value.ValueKind);
        return value.GetString()!;
    }

    private static void OptionalText(JsonElement of, string name) =>
        Assert.True(!of.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.String);

    private static void Size(JsonElement of, string name) => Assert.True(of.GetProperty(name).GetInt64() >= -1);

    private static void Date(JsonElement of, string name)
    {
        string text = Text(of, name);
        Assert.Matches(Iso8601(), text);
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(Z|[+-]\d\d:\d\d)$")]
    private static partial Regex Iso8601();
}
