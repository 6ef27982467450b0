using System.Globalization;
using System.Text;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests;

public sealed class CookieStoreTests
{
    private static readonly Uri s_secure = new("https://www.shop.example/a/b?c=d");
    private static readonly Uri s_plain = new("http://www.shop.example/a/b");

    private readonly VirtualClock _clock = new();
    private readonly CookieStore _store;

    public CookieStoreTests() => _store = new(_clock);

    [Fact, Trait("rule", "R-174")]
    public void A_cookie_without_a_domain_goes_to_its_host_alone()
    {
        Add(s_secure, "a=1; Path=/");

        Assert.Equal("a=1", _store.GetHeader(s_secure));
        Assert.Null(Header("https://shop.example/"));
        Assert.Null(Header("https://x.www.shop.example/"));
    }

    [Theory, Trait("rule", "R-175"), Trait("past", "C-19")]
    [InlineData(".shop.example")]
    [InlineData("SHOP.Example")]
    public void A_domain_is_compared_without_its_leading_dot_and_case(string domain)
    {
        Add(s_secure, $"a=1; Path=/; Domain={domain}");

        Assert.Equal("a=1", Header("https://shop.example/"));
        Assert.Equal("a=1", Header("https://x.y.shop.example/"));
        Assert.Null(Header("https://notshop.example/"));
    }

    [Theory, Trait("rule", "R-175")]
    [InlineData("shop.example.")]
    [InlineData("shop.example..")]
    [InlineData(".shop.example.")]
    [InlineData("www.shop.example.")]
    public void A_cookie_for_a_domain_with_a_dot_at_its_end_is_ignored(string domain)
    {
        Assert.False(_store.Add(s_secure, $"a=1; Path=/; Domain={domain}"));
        Assert.Equal(0, _store.Count);
    }

    [Theory, Trait("rule", "R-180"), Trait("rule", "R-181")]
    [InlineData("http://localhost:8080/", true)]
    [InlineData("http://LOCALHOST./", true)]
    [InlineData("http://a.localhost/", true)]
    [InlineData("http://127.0.0.1/", true)]
    [InlineData("http://127.8.8.8/", true)]
    [InlineData("http://[::1]/", true)]
    [InlineData("ws://localhost/", true)]
    [InlineData("http://notlocalhost.example/", false)]
    [InlineData("http://localhost.example/", false)]
    [InlineData("http://10.0.0.1/", false)]
    [InlineData("http://[::2]/", false)]
    public void Secure_cookies_of_this_machine_need_no_TLS(string address, bool isTaken)
    {
        Uri uri = new(address);
        Assert.Equal(isTaken, _store.Add(uri, "a=1; Secure; SameSite=None"));
        Assert.Equal(isTaken, _store.Add(uri, "__Secure-b=2; Secure"));
        Assert.Equal(isTaken, _store.Add(uri, "__Host-c=3; Secure; Path=/"));
        Assert.False(_store.Add(uri, "__Host-d=4; Path=/"));
        Assert.Equal(isTaken ? "a=1; __Secure-b=2; __Host-c=3" : null, _store.GetHeader(uri));
    }

    [Fact, Trait("rule", "R-189")]
    public void Cookies_of_one_moment_come_in_the_order_in_which_they_were_set()
    {
        CookieStore store = new(new FrozenTime());
        Uri address = new("https://home.shop.example/");
        List<string> expected = [];
        for (int i = 0; i < 40; i++)
        {
            expected.Add($"c{i}=1");
            store.Add(address, $"c{i}=1; Path=/" + (i % 3) switch { 0 => "", 1 => "; Domain=shop.example", _ => "; Domain=home.shop.example" });
        }

        Assert.Equal(string.Join("; ", expected), store.GetHeader(address));
    }

    [Theory, Trait("rule", "R-174")]
    [InlineData("Domain=shop.example; Domain=")]
    [InlineData("Domain=shop.example; Domain")]
    [InlineData("Domain=shop.example; Domain=.")]
    public void The_last_Domain_counts_even_if_it_is_empty(string attributes)
    {
        Add(s_secure, "a=1; Path=/; " + attributes);

        Assert.True(Assert.Single(_store.GetCookies(s_secure)).IsHostOnly);
        Assert.Null(Header("https://shop.example/"));
    }

    private sealed class FrozenTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }

    [Fact, Trait("rule", "R-175")]
    public void A_domain_in_other_scripts_is_compared_by_its_A_labels()
    {
        Add(new("https://www.bücher.example/"), "a=1; Path=/; Domain=BÜCHER.example");

        Assert.Equal("a=1", Header("https://xn--bcher-kva.example/"));
    }

    [Theory, Trait("rule", "R-176"), Trait("past", "C-19")]
    [InlineData("other.example")]
    [InlineData("x.www.shop.example")]
    [InlineData("ww.shop.example")]
    [InlineData("op.example")]
    public void A_domain_that_is_not_above_the_host_drops_the_cookie(string domain) =>
        Assert.False(_store.Add(s_secure, $"a=1; Domain={domain}"));

    [Theory, Trait("rule", "R-177"), Trait("past", "C-18")]
    [InlineData("http://1.2.3.4/", "3.4", false)]
    [InlineData("http://1.2.3.4/", "1.2.3.4", true)]
    [InlineData("http://[::1]/", "1", false)]
    public void An_address_has_no_domains_above_it(string address, string domain, bool stored)
    {
        Assert.Equal(stored, _store.Add(new(address), $"a=1; Domain={domain}"));
        Assert.Equal(stored ? "a=1" : null, Header(address));
    }

    [Theory, Trait("rule", "R-178"), Trait("past", "C-17")]
    [InlineData("https://www.example.com/", "com")]
    [InlineData("https://shop.co.uk/", "co.uk")]
    [InlineData("https://shop.co.uk/", "co.UK")]
    [InlineData("https://shop.co.uk./", "co.uk.")]
    [InlineData("https://shop.co.uk/", ".CO.UK.")]
    [InlineData("https://shop.co.uk/", "co.uk.")]
    [InlineData("https://a.xn--gmqw5a.xn--j6w193g/", "個人.香港")]
    [InlineData("https://me.github.io/", "github.io")]
    [InlineData("https://a.b.ck/", "b.ck")]
    [InlineData("https://x.intranet/", "intranet")]
    [InlineData("https://a.個人.香港/", "個人.香港")]
    public void A_cookie_for_a_public_suffix_is_dropped(string address, string domain) =>
        Assert.False(_store.Add(new(address), $"a=1; Domain={domain}"));

    [Theory, Trait("rule", "R-178")]
    [InlineData("https://github.io/", "github.io")]
    [InlineData("https://localhost/", "localhost")]
    public void A_host_that_is_a_public_suffix_may_have_cookies_of_its_own(string address, string domain)
    {
        Add(new(address), $"a=1; Path=/; Domain={domain}");

        Assert.Equal("a=1", Header(address));
        Assert.Null(Header(address.Replace("//", "//x.", StringComparison.Ordinal)));
    }

    [Fact, Trait("rule", "R-178")]
    public void An_exception_of_the_list_is_no_suffix()
    {
        Add(new("https://x.www.ck/"), "a=1; Path=/; Domain=www.ck");

        Assert.Equal("a=1", Header("https://www.ck/"));
    }

    [Theory, Trait("rule", "R-179")]
    [InlineData("", "/a/b", true)]
    [InlineData("", "/a/other", true)]
    [InlineData("", "/a", true)]
    [InlineData("", "/ab", false)]
    [InlineData("", "/", false)]
    [InlineData("; Path=/foo", "/foo", true)]
    [InlineData("; Path=/foo", "/foo/x", true)]
    [InlineData("; Path=/foo", "/foobar", false)]
    [InlineData("; Path=/foo/", "/foo", false)]
    [InlineData("; Path=foo", "/a/x", true)]
    [InlineData("; Path=/x; Path=/a", "/a", true)]
    public void A_path_matches_on_the_border_of_a_segment(string attribute, string path, bool sent)
    {
        Add(s_secure, "a=1" + attribute);

        Assert.Equal(sent, Header("https://www.shop.example" + path) is not null);
    }

    [Fact, Trait("rule", "R-180")]
    public void A_secure_cookie_is_sent_over_TLS_only_and_set_over_TLS_only()
    {
        Assert.False(_store.Add(s_plain, "a=1; Secure"));
        Add(s_secure, "a=1; Secure");

        Assert.Null(_store.GetHeader(s_plain));
        Assert.Equal("a=1", _store.GetHeader(s_secure));
    }

    [Theory, Trait("rule", "R-180"), Trait("past", "C-20")]
    [InlineData("a=2")]
    [InlineData("a=2; Domain=shop.example; Path=/a/b")]
    [InlineData("a=2; Path=")]
    public void A_plain_response_cannot_change_or_hide_a_secure_cookie(string line)
    {
        Add(s_secure, "a=1; Secure");

        Assert.False(_store.Add(s_plain, line));
        Assert.Equal("a=1", _store.GetHeader(s_secure));
    }

    [Theory, Trait("rule", "R-181")]
    [InlineData("__Secure-a=1")]
    [InlineData("__secure-a=1")]
    [InlineData("__Host-a=1; Path=/")]
    [InlineData("__Host-a=1; Secure")]
    [InlineData("__Host-a=1; Secure; Path=/x")]
    [InlineData("__HOST-a=1; Secure; Path=/; Domain=www.shop.example")]
    [InlineData("=__Secure-a=1; Secure")]
    [InlineData("__Host-a; Secure; Path=/")]
    public void A_prefix_that_is_not_kept_drops_the_cookie(string line) => Assert.False(_store.Add(s_secure, line));

    [Theory, Trait("rule", "R-181")]
    [InlineData("__Secure-a=1; Secure")]
    [InlineData("__Host-a=1; Secure; Path=/")]
    public void A_prefix_that_is_kept_is_fine(string line) => Add(s_secure, line);

    [Fact, Trait("rule", "R-182")]
    public void Attributes_for_browsers_are_kept_as_data()
    {
        Add(s_secure, "a=1; httponly; SAMESITE=lax; Priority=High; Partitioned; X=Y");

        StoredCookie cookie = Assert.Single(_store.GetCookies(s_secure));
        Assert.True(cookie.IsHttpOnly);
        Assert.Equal(SameSite.Lax, cookie.SameSite);
        Assert.Equal("a=… (www.shop.example/a)", cookie.ToString());
    }

    [Theory, Trait("rule", "R-183"), Trait("past", "C-15")]
    [InlineData("a=1\u0001")]
    [InlineData("a\u007f=1")]
    [InlineData("a=1; Path=/\r")]
    [InlineData("a=1; X=\0")]
    [InlineData("")]
    [InlineData(" ; Path=/")]
    public void A_control_character_anywhere_drops_the_cookie(string line) => Assert.False(_store.Add(s_secure, line));

    [Fact, Trait("rule", "R-184")]
    public void A_cookie_too_long_is_dropped_and_an_attribute_too_long_ignored()
    {
        Assert.False(_store.Add(s_secure, "a=" + new string('x', 4096)));
        Add(s_secure, "a=" + new string('x', 4095));
        Add(s_secure, "b=1; Path=/" + new string('x', 1024));
        Assert.Contains("b=1", _store.GetHeader(new("https://www.shop.example/a/x"))!, StringComparison.Ordinal);
    }

    [Fact, Trait("rule", "R-185")]
    public void Beyond_the_limit_of_a_domain_the_oldest_that_is_not_secure_goes()
    {
        Add(s_secure, "first=1; Secure");
        for (int i = 0; i < CookieStore.MaxCookiesPerDomain; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Add(s_secure, $"c{i}=1");
        }

        Assert.Equal(CookieStore.MaxCookiesPerDomain, _store.Count);
        Assert.DoesNotContain(_store.GetCookies(s_secure), c => c.Name == "c0");
        Assert.Contains(_store.GetCookies(s_secure), c => c.Name == "first");
    }

    [Fact, Trait("rule", "R-185")]
    public void Beyond_the_limit_of_a_domain_a_cookie_in_use_stays()
    {
        for (int i = 0; i < CookieStore.MaxCookiesPerDomain; i++)
        {
            Add(s_secure, $"c{i}=1; Path=/{(i == 0 ? "used" : "unused")}");
        }

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("c0=1", Header("https://www.shop.example/used"));
        Add(s_secure, "new=1");

        Assert.Equal("c0=1", Header("https://www.shop.example/used"));
        Assert.DoesNotContain(_store.GetCookies(new("https://www.shop.example/unused")), c => c.Name == "c1");
    }

    [Fact, Trait("rule", "R-185")]
    public void A_cookie_for_which_there_is_no_place_is_not_said_to_be_stored()
    {
        for (int i = 0; i < CookieStore.MaxCookiesPerDomain; i++)
        {
            Add(s_secure, $"c{i}=1; Secure");
        }

        Assert.False(_store.Add(s_secure, "plain=1"));
        Assert.Equal(CookieStore.MaxCookiesPerDomain, _store.GetCookies(s_secure).Count(c => c.IsSecure));
    }

    [Fact, Trait("rule", "R-185"), Trait("past", "C-16")]
    public void There_are_never_more_than_the_limit_in_all()
    {
        for (int i = 0; i < CookieStore.MaxCookies + 100; i++)
        {
            Add(new($"https://h{i}.example/"), "a=1");
        }

        Assert.Equal(CookieStore.MaxCookies, _store.Count);
        Assert.Null(Header("https://h99.example/"));
        Assert.Equal("a=1", Header("https://h100.example/"));
        Assert.Equal("a=1", Header($"https://h{CookieStore.MaxCookies + 99}.example/"));
    }

    [Fact, Trait("rule", "R-185")]
    public void A_full_store_drops_cookies_of_a_domain_with_many_before_older_ones_of_others()
    {
        for (int i = 0; i < CookieStore.MaxCookies - 51; i++)
        {
            Add(new($"https://h{i}.example/"), "a=1");
        }

        for (int i = 0; i < 60; i++)
        {
            Add(s_secure, $"c{i}=1" + (i == 0 ? "; Secure" : ""));
        }

        Assert.Equal(CookieStore.MaxCookies, _store.Count);
        Assert.Equal("a=1", Header("https://h0.example/"));
        Assert.Equal(["c0", "c10"], _store.GetCookies(s_secure).Take(2).Select(c => c.Name));
    }

    [Fact, Trait("rule", "R-186"), Trait("past", "C-16")]
    public void A_request_carries_no_more_than_a_server_can_take()
    {
        for (int i = 0; i < 20; i++)
        {
            Add(s_secure, $"c{i}=" + new string('x', 1000));
        }

        Assert.InRange(_store.GetHeader(s_secure)!.Length, 7000, 8192);
    }

    [Theory, Trait("rule", "R-187")]
    [InlineData("Max-Age=10", 10)]
    [InlineData("Max-Age=99999999999999999999", 400 * 86400)]
    [InlineData("Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT", 10)]
    [InlineData("Expires=Fri, 31 Dec 9999 23:59:59 GMT", 400 * 86400)]
    [InlineData("Max-Age=ten", null)]
    [InlineData("Max-Age=+10", null)]
    public void A_cookie_ends_when_it_says_and_after_400_days_at_most(string attribute, int? seconds)
    {
        Add(s_secure, "a=1; " + attribute);

        Assert.Equal(
            seconds is { } s ? _clock.GetUtcNow().AddSeconds(s) : null,
            Assert.Single(_store.GetCookies(s_secure)).Expires);
        if (seconds is not null)
        {
            _clock.Advance(TimeSpan.FromSeconds(seconds.Value));
            Assert.Null(_store.GetHeader(s_secure));
        }
    }

    [Theory, Trait("rule", "R-187")]
    [InlineData("Max-Age=0")]
    [InlineData("Max-Age=-1")]
    [InlineData("Expires=Thu, 01 Jan 1970 00:00:00 GMT")]
    public void A_cookie_that_has_ended_deletes_its_predecessor(string attribute)
    {
        Add(s_secure, "a=1");
        Assert.True(_store.Add(s_secure, "a=; " + attribute));
        Assert.Equal(0, _store.Count);
        Assert.False(_store.Add(s_secure, "a=; " + attribute));
    }

    [Fact, Trait("rule", "R-189")]
    public void Longer_paths_come_first_then_older_cookies_and_a_change_does_not_make_one_younger()
    {
        Add(s_secure, "old=1; Path=/");
        _clock.Advance(TimeSpan.FromSeconds(1));
        Add(s_secure, "deep=1; Path=/a/b");
        Add(s_secure, "young=1; Path=/");
        _clock.Advance(TimeSpan.FromSeconds(1));
        Add(s_secure, "old=2; Path=/");

        Assert.Equal("deep=1; old=2; young=1", _store.GetHeader(s_secure));
    }

    [Fact]
    public void The_session_can_be_ended_and_everything_forgotten()
    {
        Add(s_secure, "session=1");
        Add(s_secure, "lasting=1; Max-Age=5");

        _store.ClearSession();
        Assert.Equal("lasting=1", _store.GetHeader(s_secure));
        _store.Clear();
        Assert.Equal(0, _store.Count);
    }

    [Theory, Trait("rule", "R-188")]
    [InlineData("Wed, 09 Jun 2027 10:18:14 GMT", "2027-06-09 10:18:14")]
    [InlineData("Wednesday, 09-Jun-27 10:18:14 GMT", "2027-06-09 10:18:14")]
    [InlineData("Wed Jun  9 10:18:14 2027", "2027-06-09 10:18:14")]
    [InlineData("10:18:14 9 june 2027", "2027-06-09 10:18:14")]
    [InlineData("2027 Jun 9 1:2:3", "2027-06-09 01:02:03")]
    [InlineData("09 Jun 70 00:00:00", "1970-06-09 00:00:00")]
    [InlineData("09 Jun 69 00:00:00", "2069-06-09 00:00:00")]
    [InlineData("29 Feb 2028 00:00:00", "2028-02-29 00:00:00")]
    [InlineData("29 Feb 2027 00:00:00", null)]
    [InlineData("09 Jun 1600 00:00:00", null)]
    [InlineData("09 Jun 2027 24:00:00", null)]
    [InlineData("09 Jun 2027 10:60:00", null)]
    [InlineData("00 Jun 2027 10:00:00", null)]
    [InlineData("009 Jun 2027 10:00:00", null)]
    [InlineData("09 Xxx 2027 10:00:00", null)]
    [InlineData("09 Jun 10:00:00", null)]
    [InlineData("09 Jun 2027", null)]
    [InlineData("", null)]
    public void A_date_is_read_in_whatever_order_it_has(string text, string? expected)
    {
        bool parsed = CookieDate.TryParse(text, out DateTimeOffset date);

        Assert.Equal(expected, parsed ? date.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : null);
    }

    private void Add(Uri address, string line) => Assert.True(_store.Add(address, line));

    private string? Header(string address) => _store.GetHeader(new(address));
}
