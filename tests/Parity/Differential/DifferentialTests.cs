using System.Text.RegularExpressions;
using CsCheck;

namespace PollHttp.Parity.Differential;

/// <summary>Both handlers, told the same by a server, do the same: values that are made of the pieces such values are made of.</summary>
public sealed partial class DifferentialTests
{
    private const string Empty = "Content-Length: 0\r\n\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\n" + Empty;

    private static readonly Gen<string> s_location = Pieces(
        6,
        "http:", "HTTP://", "http://", "//", "/", "?", "#", "a.test", "b.test", "b.test:81", "b.test:080", "b\u00c3\u00bccher.test", ":", "@", "u:p@",
        "..", ".", "../x", "./y", "x", "y z", "%41", "%2F", "%zz", "%", "\u00c3\u00a9", "q=1&r", "[::1]", "127.0.0.1", ";p", "+", "|", "\\", "ftp://");

    private static readonly Gen<string> s_challenge = Pieces(2, "Basic ", "Digest ", "Bearer ", "Other x, ", "Basic, ", "Digest realm=\"r\", nonce=\"n\", ").Select(Pieces(
        7,
        "Basic", "Digest", " ", ", ", ", ", ", ", ",", "realm=\"r\"", "realm=r", "realm=my realm", "nonce=\"n\"", "qop=\"auth\"", "qop=auth, ",
        "algorithm=MD5", "charset=\"UTF-8\"", "=", "\"", "abc==", "stale=true", "opaque=\"\""), string.Concat);

    private static readonly Gen<string> s_setCookie = Pieces(1, "a=b; ", "a=; ", "=b; ", "").Select(Pieces(
        7,
        "a=b", "a", "=", "c=\"d e\"", "__Host-a=1", "__Secure-b=2", "; ", ";", "Path=/", "Path=/d", "Path=/x", "Domain=a.test", "Domain=.a.test", "Domain=test",
        "Domain=b.test", "Secure", "HttpOnly", "Max-Age=0", "Max-Age=9", "Max-Age=-1", "Expires=Fri, 31-Dec-9999 23:59:59 GMT", "Expires=Thu, 01 Jan 1970 00:00:00 GMT"), string.Concat);

    private static readonly Gen<string> s_retryAfter = Pieces(
        6,
        "0", "1", "120", "99999999999", "-", ".", "Sun, ", "Sunday, ", "Sun ", "1 Nov 2026", "01 Nov 2026", "01-Nov-26", "Nov  1 ", " 07:28:00", " 7:28:0", "07:28:00 2026", " GMT", " UTC");

    /// <summary>What docs/swap-in.md says of redirects.</summary>
    private static readonly Accepted[] s_ofLocation =
    [
        new("User and password are taken out.", static (v, _) => v.Contains('@', StringComparison.Ordinal)),
        new("A backslash keeps its place as %5C, and is refused in front of the path.", static (v, _) => v.Contains('\\', StringComparison.Ordinal)),
        new(
            "What is no address fails the request outside of HttpRequestException on the platform; here the redirect is the response.",
            static (_, theirs) => theirs.Facets.TryGetValue("error", out string? error)
                && (error.StartsWith("UriFormatException", StringComparison.Ordinal) || error.StartsWith("ArgumentOutOfRangeException", StringComparison.Ordinal))),
        new(
            "What stands between the bracket of an address and its path is refused.",
            static (v, _) => v.IndexOf(']', StringComparison.Ordinal) is >= 0 and int at && at + 1 < v.Length && v[at + 1] is not (':' or '/' or '?' or '#')),
        new(
            "Beside a percent sign that encodes nothing, what is encoded without need stays as it was sent.",
            static (v, _) => LonePercent().IsMatch(v) && v.Contains("%41", StringComparison.Ordinal)),
        new("A host that ends in a number and is no address is refused.", static (_, theirs) => HostWithNumber().IsMatch(theirs.Facets["address"])),
        new("A redirect to another scheme is the response.", static (v, _) => IsOfOtherScheme(v)),
    ];

    /// <summary>Whether a value is an address of a scheme that is neither http nor https, such as <c>b.test://host</c>.</summary>
    private static bool IsOfOtherScheme(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out Uri? address) && address.Scheme is not ("http" or "https");

    [GeneratedRegex("%(?![0-9A-Fa-f]{2})")]
    private static partial Regex LonePercent();

    [GeneratedRegex(@"^https?://[^/?#]*\.[0-9]+\.?(:[0-9]*)?([/?#]|$)")]
    private static partial Regex HostWithNumber();

    [Fact]
    [Trait("parity", "P-136")]
    public Task Locations() => ReplyRun.CompareAsync(s_location, static v => [$"HTTP/1.1 302 Found\r\nLocation: {v}\r\n{Empty}", Ok], s_ofLocation);

    [Fact]
    [Trait("parity", "P-045")]
    public Task Challenges() => ReplyRun.CompareAsync(
        s_challenge,
        static v => [$"HTTP/1.1 401 Who\r\nWWW-Authenticate: {v}\r\n{Empty}", Ok],
        [new("Challenges that the platform gives up on are answered here; where it answers, the answers must be alike.", static (_, theirs) => theirs.Facets["status"] == "401")],
        ("Credentials", new NetworkCredential("user", "word")));

    [Fact]
    [Trait("parity", "P-042")]
    public Task Cookies() => ReplyRun.CompareAsync(s_setCookie, static v => [$"HTTP/1.1 200 OK\r\nSet-Cookie: {v}\r\n{Empty}", Ok], []);

    [Fact]
    [Trait("rule", "R-222")]
    public Task Times_to_retry_after() => ReplyRun.CompareAsync(s_retryAfter, static v => [$"HTTP/1.1 503 Busy\r\nRetry-After: {v}\r\n{Empty}"], []);

    private static Gen<string> Pieces(int most, params string[] pieces) =>
        Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]).Array[1, most].Select(static chosen => string.Concat(chosen));
}
