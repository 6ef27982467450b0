using System.Text;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests;

public sealed class CookieFileTests : IDisposable
{
    private static readonly Uri s_secure = new("https://www.shop.example/a/b");

    private readonly VirtualClock _clock = new();
    private readonly CookieStore _store;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pollhttp-cookies-");

    public CookieFileTests() => _store = new(_clock);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_lasts_is_saved_and_loaded_and_the_rest_is_not()
    {
        Add("lasting=1; Max-Age=100; Secure; HttpOnly; SameSite=Strict");
        Add("wide=2; Max-Age=100; Domain=shop.example; Path=/a");
        Add("ending=1; Max-Age=5");
        Add("session=1");
        string file = Save();
        _clock.Advance(TimeSpan.FromSeconds(10));

        CookieStore other = Load(file);
        Assert.Equal(
            [.. _store.GetCookies(s_secure).Where(c => c.Name is "lasting" or "wide").Select(c => c with { SameSite = SameSite.Unspecified, Created = default })],
            other.GetCookies(s_secure).Select(c => c with { Created = default }));
    }

    [Fact]
    public void The_file_is_that_of_Netscape()
    {
        long end = _clock.GetUtcNow().ToUnixTimeSeconds() + 100;
        Add("s=1; Path=/; Secure; HttpOnly; Max-Age=100");
        Add("w=a=b; Path=/a; Domain=shop.example; Max-Age=100");
        Add("no name; Path=/");
        string[] lines = [.. Save(includeSession: true).Split('\n').Where(line => !line.StartsWith("# ", StringComparison.Ordinal) && line.Length > 0)];
        Assert.Equal(
            [$"#HttpOnly_www.shop.example\tFALSE\t/\tTRUE\t{end}\ts\t1", $".shop.example\tTRUE\t/a\tFALSE\t{end}\tw\ta=b", "www.shop.example\tFALSE\t/\tFALSE\t0\t\tno name"],
            lines);
        Assert.StartsWith("# Netscape HTTP Cookie File\n", Save(), StringComparison.Ordinal);
    }

    [Fact]
    public void Session_cookies_come_along_when_asked_for_and_stay_what_they_are()
    {
        Add("session=1");
        Assert.Equal(0, Load(Save()).Count);
        CookieStore other = Load(Save(includeSession: true));
        Assert.Null(Assert.Single(other.GetCookies(s_secure)).Expires);
        other.ClearSession();
        Assert.Equal(0, other.Count);
    }

    [Fact]
    public void A_file_of_curl_is_read()
    {
        long end = _clock.GetUtcNow().ToUnixTimeSeconds() + 100;
        CookieStore store = Load(
            $"# Netscape HTTP Cookie File\r\n# https://curl.se/docs/http-cookies.html\r\n\r\n.shop.example\tTRUE\t/\tFALSE\t{end}\twide\t1\r\n"
            + $"#HttpOnly_.shop.example\tTRUE\t/\tTRUE\t{end}\thidden\tx y\r\n#other.example\tFALSE\t/\tFALSE\t0\tcommented\t1\r\n\r\n"
            + "www.shop.example\tFALSE\t/a\tFALSE\t0\tsession\t\r\nWWW.Shop.Example\tfalse\t/\tfalse\t1\tended\t1\r\n");
        Assert.Equal("session=; wide=1; hidden=x y", store.GetHeader(s_secure));
        Assert.Equal("wide=1", store.GetHeader(new Uri("http://shop.example/")));
        Assert.True(Assert.Single(store.GetCookies(s_secure), c => c.Name == "hidden").IsHttpOnly);
    }

    [Fact]
    public void Bytes_beyond_ASCII_are_kept_as_they_are_on_the_wire()
    {
        Add("a=caf\u00c3\u00a9; Max-Age=100"); // the UTF-8 bytes of an é
        Assert.Equal("a=caf\u00c3\u00a9", Load(Save()).GetHeader(s_secure));
        using MemoryStream file = new();
        _store.Save(file);
        Assert.True(file.ToArray().AsSpan().IndexOf("caf\u00e9"u8) > 0);
    }

    [Fact]
    public void Cookies_keep_their_order_and_an_end_is_no_further_than_400_days()
    {
        Add("b=1; Path=/; Max-Age=100");
        Add("a=2; Path=/; Max-Age=100");
        Assert.Equal("b=1; a=2", Load(Save()).GetHeader(s_secure));
        StoredCookie far = Assert.Single(Load("www.shop.example\tFALSE\t/\tFALSE\t999999999999999\tn\tv").GetCookies(s_secure));
        Assert.Equal(_clock.GetUtcNow().AddDays(400), far.Expires);
    }

    [Fact]
    public void A_cookie_with_a_tab_is_left_out()
    {
        Add("a=b\tc; Max-Age=100");
        Add("d=e; Max-Age=100");
        Assert.Equal("a=b\tc; d=e", _store.GetHeader(s_secure));
        Assert.Equal("d=e", Load(Save()).GetHeader(s_secure));
    }

    [Fact]
    public void A_domain_that_is_a_public_suffix_or_an_address_is_that_host_alone()
    {
        CookieStore store = Load(".com\tTRUE\t/\tFALSE\t0\ta\t1\n127.0.0.1\tTRUE\t/\tFALSE\t0\tb\t1\nlocalhost\tFALSE\t/\tFALSE\t0\tc\t1\n");
        Assert.Null(store.GetHeader(new Uri("http://shop.com/")));
        Assert.Equal("b=1", store.GetHeader(new Uri("http://127.0.0.1/")));
        Assert.Equal("c=1", store.GetHeader(new Uri("http://localhost/")));
    }

    [Theory]
    [InlineData("secret", "1 field instead of 7")]
    [InlineData("a.test FALSE / FALSE 0 n secret", "1 field instead of 7")]
    [InlineData("a.test\tFALSE\t/\tFALSE\t0\tsecret", "6 fields instead of 7")]
    [InlineData("a.test\tFALSE\t/\tFALSE\t0\tn\tsecret\tx", "8 fields instead of 7")]
    [InlineData("\tFALSE\t/\tFALSE\t0\tn\tsecret", "first field is not a domain")]
    [InlineData("a b\tFALSE\t/\tFALSE\t0\tn\tsecret", "first field is not a domain")]
    [InlineData("a.test\tMAYBE\t/\tFALSE\t0\tn\tsecret", "second field is neither TRUE nor FALSE")]
    [InlineData("a.test\tFALSE\tx\tFALSE\t0\tn\tsecret", "third field is not a path")]
    [InlineData("a.test\tFALSE\t/\t1\t0\tn\tsecret", "fourth field is neither TRUE nor FALSE")]
    [InlineData("a.test\tFALSE\t/\tFALSE\tsoon\tn\tsecret", "fifth field is not a time")]
    [InlineData("a.test\tFALSE\t/\tFALSE\t-1\tn\tsecret", "fifth field is not a time")]
    [InlineData("a.test\tFALSE\t/\tFALSE\t0\t\t", "name or value")]
    [InlineData("a.test\tFALSE\t/\tFALSE\t0\ta=b\tsecret", "name or value")]
    [InlineData("a.test\tFALSE\t/\tFALSE\t0\tn\tsecret; x=1", "name or value")]
    [InlineData("a.test\tFALSE\t/\tFALSE\t0\tn\tsecret\u0001", "name or value")]
    [InlineData("Set-Cookie: secret=1", "1 field instead of 7")]
    [InlineData("[{\"Name\":\"secret\"}]", "1 field instead of 7")]
    public void A_bad_line_is_named_without_showing_it_and_nothing_is_added(string line, string why)
    {
        CookieStore store = new(_clock);
        FormatException error = Assert.Throws<FormatException>(
            () => store.Load(new MemoryStream(Encoding.Latin1.GetBytes("# comment\na.test\tFALSE\t/\tFALSE\t0\tgood\t1\n" + line))));
        Assert.StartsWith("Line 3 ", error.Message, StringComparison.Ordinal);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, store.Count);
    }

    [Fact]
    public void A_device_is_written_to_and_not_replaced()
    {
        string path = Path.Combine(_folder.FullName, "cookies.txt");
        File.CreateSymbolicLink(path, "/dev/null");
        Add("a=1; Max-Age=100");
        _store.Save(path);
        Assert.Equal("/dev/null", new FileInfo(path).LinkTarget);
        Assert.Equal(["cookies.txt"], _folder.GetFiles().Select(f => f.Name));
    }

    [Fact]
    public void A_file_is_replaced_when_it_is_whole_and_is_its_owners_alone()
    {
        string path = Path.Combine(_folder.FullName, "cookies.txt");
        File.WriteAllText(path, "before");
        Add("a=1; Max-Age=100");
        _store.Save(path);
        CookieStore other = new(_clock);
        other.Load(path);
        Assert.Equal("a=1", other.GetHeader(s_secure));
        Assert.Equal(["cookies.txt"], _folder.GetFiles().Select(f => f.Name));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        Assert.ThrowsAny<IOException>(() => _store.Save(Path.Combine(_folder.FullName, "nowhere", "cookies.txt")));
        File.WriteAllText(path, "what is this");
        Assert.Contains(path, Assert.Throws<FormatException>(() => other.Load(path)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => other.Load(path + "x"));
    }

    private void Add(string setCookie) => Assert.True(_store.Add(s_secure, setCookie));

    private string Save(bool includeSession = false)
    {
        using MemoryStream file = new();
        _store.Save(file, includeSession);
        return Encoding.Latin1.GetString(file.ToArray());
    }

    private CookieStore Load(string text)
    {
        CookieStore store = new(_clock);
        store.Load(new MemoryStream(Encoding.Latin1.GetBytes(text)));
        return store;
    }
}
