using CsCheck;

namespace PollHttp.Differential;

/// <summary>What servers do with cookies over time, and where the requests go that show it.</summary>
public sealed record CookieCase(CookieStep[] Steps, int FirstAsked)
{
    private static readonly Gen<string> s_name = Gen.Frequency(
        (12, Gen.OneOf("a", "b", "A")),
        (4, Gen.OneOf("__Secure-a", "__Host-a", "__SECURE-a", "__host-a", "__Hosta", "__Host-")),
        (2, Gen.OneOf(" a ", "\ta", "", "a b", "$Path", "a,b", "\"a\"")),
        (1, Gen.OneOf("a\u0001", "\u007f", "a\r", new string('n', 2048))));

    private static readonly Gen<string> s_value = Gen.Frequency(
        (12, Gen.Int[0, 9].Select(i => $"={i}")),
        (3, Gen.OneOf("=", "==", "=x=y", "= p ", "=\"q\"", "=a b", "=\t", "=,", "=__Host-x", "=__secure-x", "")),
        (1, Gen.OneOf("=\0", "=1\n", "=" + new string('v', 2048), "=" + new string('v', 2049), "=" + new string('v', 4095), "=" + new string('v', 4096))));

    private static readonly Gen<string> s_path = Gen.OneOf(
        "Path=/", "Path=/a", "Path=/a/", "Path=/a/b", "Path=/b", "Path=/A", "Path=", "Path", "Path=a", "Path=\"/\"", "Path=/a%20b", "Path=//a", "Path=/a b",
        "Path=/" + new string('p', 1023), "Path=/" + new string('p', 1024));

    private static readonly Gen<string> s_domain = Gen.OneOf(
        "Domain=shop.example", "Domain=.shop.example", "Domain=SHOP.Example", "Domain=www.shop.example", "Domain=a.www.shop.example", "Domain=hop.example",
        "Domain=..shop.example", "Domain=shop.example.", "Domain=example", "Domain=", "Domain", "Domain=.", "Domain=notshop.example", "Domain=co.uk",
        "Domain=shop.co.uk", "Domain=github.io", "Domain=.github.io", "Domain=me.github.io", "Domain=www.ck", "Domain=b.ck", "Domain=a.b.ck", "Domain=ck",
        "Domain=localhost", "Domain=a.localhost", "Domain=10.0.0.1", "Domain=.0.0.1", "Domain=127.0.0.1", "Domain=shop.example:8080", "Domain=*.example",
        "Domain=" + new string('d', 1025));

    private static readonly Gen<string> s_expires = Gen.Frequency(
        (6, Gen.Select(
            Gen.OneOf("1", "01", "02", "31", "30", "0", "32", "1st", "001"),
            Gen.OneOf("Jan", "jan", "JANUARY", "Feb", "Dec", "Janx", "Ja", "Foo"),
            Gen.OneOf("2030", "30", "2029", "2031", "2130", "70", "69", "1970", "1600", "1601", "9999", "130", "20300", "2030x"),
            Gen.OneOf("00:00:10", "0:0:5", "00:01:00", "23:59:59", "24:00:00", "00:60:00", "00:00:60", "00:00", "00:00:10x", "000:00:10", "00:00:100"),
            Gen.OneOf(" ", "-", ", ", "/", "\t", "  ", ".", ":", "_"),
            Gen.Int[0, 5],
            MakeDate)),
        (3, Gen.OneOf(
            "Tue, 01 Jan 2030 00:00:10 GMT", "Tuesday, 01-Jan-30 00:01:00 GMT", "Tue Jan  1 00:00:05 2030", "Thu, 01 Jan 1970 00:00:00 GMT",
            "Fri, 31 Dec 9999 23:59:59 GMT", "Tue, 29 Feb 2028 00:00:00 GMT", "Thu, 29 Feb 2029 00:00:00 GMT", "", "0", "-1", "2030-01-01T00:00:10Z",
            "01 Jan 2030 00:00:30 02 Feb 2031 11:11:11", "Sat, 01 Feb 2031 00:00:00 GMT", "Wed, 05 Feb 2031 00:00:00 GMT")));

    private static readonly Gen<string> s_maxAge = Gen.OneOf(
        "0", "1", "5", "10", "30", "60", "86400", "34560000", "34560001", "-1", "-0", "00010", "-", "--1", "+10", "", "10s", "1 0", "1.5", "\"10\"",
        "2147483648", "9223372036854775807", "9223372036854775808", "99999999999999999999", "-99999999999999999999", "34560000000000", new string('9', 1025));

    private static readonly Gen<string> s_attribute = Gen.Select(
        Gen.Frequency(
            (6, s_path), (6, s_domain), (5, Gen.OneOf("Secure", "Secure", "Secure=", "Secure=false", "Secur", "\"Secure\"")),
            (1, Gen.OneOf("HttpOnly", "HttpOnly=0")),
            (2, Gen.OneOf("SameSite=Lax", "SameSite=strict", "SameSite=None", "SameSite=none", "SameSite", "SameSite=other")),
            (3, s_maxAge.Select(v => "Max-Age=" + v)), (3, s_expires.Select(v => "Expires=" + v)),
            (1, Gen.OneOf("", "=", "=x", "Priority=High", "Partitioned", "Version=1", "Comment=a=b", "X=\u0002", new string('x', 1030)))),
        Gen.Int[0, 11],
        (text, style) => style switch
        {
            0 => " \t" + text + "\t ",
            1 => text.Replace("=", " =\t", StringComparison.Ordinal),
            2 => SplitName(text).Name.ToUpperInvariant() + SplitName(text).Tail,
            3 => SplitName(text).Name.ToLowerInvariant() + SplitName(text).Tail,
            4 => text,
            _ => " " + text,
        });

    private static readonly Gen<string> s_line = Gen.Select(s_name, s_value, s_attribute.Array[0, 4], (name, value, attributes) =>
        name + value + string.Concat(attributes.Select(a => ";" + a)));

    private static readonly Gen<Uri> s_address = Gen.Frequency(
        (3, Gen.OneOf(CookieAddresses.Related)), (2, Gen.OneOf(CookieAddresses.All)));

    private static readonly Gen<CookieStep> s_step = Gen.Select(
        Gen.Frequency(
            (300, Gen.Const(CookieStepKind.Receive)), (1, Gen.Const(CookieStepKind.Flood)), (60, Gen.Const(CookieStepKind.Ask)),
            (60, Gen.Const(CookieStepKind.Pass)), (4, Gen.Const(CookieStepKind.EndSession))),
        s_address,
        s_line,
        Gen.Int[1, 250],
        Gen.OneOf(0, 1, 1, 4, 5, 10, 30, 60, 3600, 86_400, 34_559_999, 34_560_000),
        (kind, address, line, count, seconds) => new CookieStep(kind, address, line, count, TimeSpan.FromSeconds(seconds)));

    /// <summary>Any script.</summary>
    public static Gen<CookieCase> Any { get; } =
        Gen.Select(s_step.Array[1, 40], Gen.Int[0, CookieAddresses.All.Length - 1], (steps, first) => new CookieCase(steps, first));

    public override string ToString() => $"{string.Join("; then ", (object[])Steps)}; asked from {FirstAsked}";

    private static string MakeDate(string day, string month, string year, string time, string between, int order) => string.Join(between, order switch
    {
        0 => [day, month, year, time],
        1 => [time, year, month, day],
        2 => [month, day, time, year],
        3 => ["Tue", day, month, year, time, "GMT"],
        4 => [year, month, day, time],
        _ => (string[])[day, year, time],
    });

    private static (string Name, string Tail) SplitName(string text)
    {
        int end = text.IndexOf('=', StringComparison.Ordinal);
        return end < 0 ? (text, "") : (text[..end], text[end..]);
    }
}
