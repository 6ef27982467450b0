namespace PollHttp.Differential;

/// <summary>The addresses of a <see cref="CookieCase"/>: few, so that cookies meet.</summary>
internal static class CookieAddresses
{
    private static readonly string[] s_hosts =
    [
        "www.shop.example", "shop.example", "WWW.Shop.Example", "a.www.shop.example", "www.shop.example.", "notshop.example", "example",
        "shop.co.uk", "co.uk", "me.github.io", "github.io", "www.ck", "x.www.ck", "a.b.ck", "b.ck",
        "localhost", "a.localhost", "127.0.0.1", "10.0.0.1", "[::1]", "[2001:db8::1]",
    ];

    private static readonly string[] s_paths =
        ["/", "", "/a", "/a/", "/a/b", "/a/b/", "/a/b/c", "/ab", "/A", "/a%20b/c", "/b?q=/a/b", "/?q=/a/b", "//a/b", "/a//b"];

    /// <summary>Gets every address.</summary>
    public static Uri[] All { get; } =
    [
        .. from host in s_hosts
           from scheme in new[] { "https://", "http://", "https://", "http://", "wss://", "ws://" }
           from path in s_paths
           select new Uri(scheme + host + (path == "/a/b" ? ":8080" : "") + path),
    ];

    /// <summary>Gets the addresses of the hosts below shop.example, where most happens.</summary>
    public static Uri[] Related { get; } = [.. All.Where(a => a.Host.EndsWith("shop.example", StringComparison.Ordinal))];
}
