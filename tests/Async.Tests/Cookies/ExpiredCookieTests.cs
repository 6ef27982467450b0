using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests;

/// <summary>An expired cookie is as if it were gone (RFC 6265bis §5.7), whether the store has found it or not.</summary>
public sealed class ExpiredCookieTests
{
    private static readonly Uri s_secure = new("https://www.shop.example/a/b");
    private static readonly Uri s_plain = new("http://www.shop.example/a/b");

    private readonly VirtualClock _clock = new();
    private readonly CookieStore _store;

    public ExpiredCookieTests() => _store = new(_clock);

    [Fact, Trait("rule", "R-180")]
    public void A_secure_cookie_that_has_ended_hides_nothing()
    {
        Add(s_secure, "a=1; Secure; Max-Age=5");
        _clock.Advance(TimeSpan.FromSeconds(5));

        Add(s_plain, "a=2");
        Assert.Equal("a=2", _store.GetHeader(s_plain));
    }

    [Fact, Trait("rule", "R-187")]
    public void A_cookie_that_ended_by_itself_is_not_there_to_be_deleted()
    {
        Add(s_secure, "a=1; Max-Age=5");
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.False(_store.Add(s_secure, "a=; Max-Age=0"));
        Assert.Equal(0, _store.Count);
    }

    [Fact, Trait("rule", "R-189")]
    public void A_cookie_set_anew_after_its_end_comes_after_those_set_before()
    {
        Add(s_secure, "a=1; Max-Age=5");
        Add(s_secure, "b=1");
        _clock.Advance(TimeSpan.FromSeconds(5));
        Add(s_secure, "a=2");

        Assert.Equal("b=1; a=2", _store.GetHeader(s_secure));
    }

    private void Add(Uri address, string line) => Assert.True(_store.Add(address, line));
}
