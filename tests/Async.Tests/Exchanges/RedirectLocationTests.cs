using System.Text;
using PollHttp.Core;
using Xunit;

namespace PollHttp.Tests.Exchanges;

public class RedirectLocationTests
{
    [Theory]
    [Trait("rule", "R-151")]
    [Trait("rule", "R-162")]
    [InlineData("http://bücher.test/x", "http://bücher.test/x", "xn--bcher-kva.test")]
    [InlineData("//bücher.test/", "http://bücher.test/", "xn--bcher-kva.test")]
    [InlineData("HTTP://BÜCHER.test:81?q", "http://bücher.test:81/?q", "xn--bcher-kva.test")]
    [InlineData("https://例え.テスト/パス", "https://例え.テスト/%E3%83%91%E3%82%B9", "xn--r8jz45g.xn--zckzah")]
    [InlineData("http://ü:ö@bücher.test/", "http://bücher.test/", "xn--bcher-kva.test")]
    [InlineData("http://faß.test#ü", "http://faß.test/#%C3%BC", "xn--fa-hia.test")]
    [InlineData("http://a.test/ü?ü", "http://a.test/%C3%BC?%C3%BC", "a.test")]
    [InlineData("http://a．test/", "http://a．test/", "a.test")]
    public void A_host_beyond_ASCII_is_UTF8_and_other_bytes_stay_as_they_are(string location, string address, string host)
    {
        RedirectLocation read = Read(location);
        Assert.Null(read.Problem);
        Assert.Equal((new Uri(address).AbsoluteUri, host), (read.Address!.AbsoluteUri, read.Address.IdnHost));
    }

    [Theory]
    [Trait("rule", "R-150")]
    [InlineData("http://127.0.0.1:8080\\@127.0.0.2/x")]
    [InlineData("//127.0.0.1\\@127.0.0.2/x")]
    [InlineData("http://good.test\\evil.test/")]
    [InlineData("http://good.test\\")]
    [InlineData("http://good.test\\?x")]
    [InlineData("http://bücher.test\\@evil.test/ü")]
    [InlineData("https://user\\:secret@evil.test/")]
    public void A_backslash_in_the_authority_is_refused(string location)
    {
        RedirectLocation read = Read(location);
        Assert.Null(read.Address);
        Assert.Contains("backslash", read.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("rule", "R-150")]
    [InlineData("/a\\b", "http://a.test/a%5Cb")]
    [InlineData("\\\\b.test\\p", "http://a.test/d/%5C%5Cb.test%5Cp")]
    [InlineData("/\\b.test/", "http://a.test/%5Cb.test/")]
    [InlineData("http://b.test/x\\y", "http://b.test/x%5Cy")]
    [InlineData("?//x\\y", "http://a.test/d/e?//x%5Cy")]
    [InlineData("/a//b\\@c", "http://a.test/a//b%5C@c")]
    [InlineData("|x://y z\\@c", "http://a.test/d/%7Cx://y%20z%5C@c")]
    public void A_backslash_elsewhere_is_a_byte_of_the_path(string location, string address)
    {
        RedirectLocation read = Read(location);
        Assert.Equal((address, null), (read.Address?.AbsoluteUri, read.Problem));
    }

    [Theory]
    [Trait("rule", "R-158")]
    [InlineData("http://")]
    [InlineData("http:///x")]
    [InlineData("http://h:99999/")]
    [InlineData("http://[::1")]
    [InlineData("http://x@y@b.test/")]
    [InlineData("http://a b.test/")]
    [InlineData("http://a\tb/")]
    [InlineData("http://b%C3%BCcher.test/")]
    public void What_is_no_address_is_a_problem_and_not_an_exception(string location)
    {
        RedirectLocation read = Read(location);
        Assert.Null(read.Address);
        Assert.NotNull(read.Problem);
    }

    [Fact]
    public void A_host_that_is_no_UTF8_is_a_problem()
    {
        RedirectLocation read = RedirectLocation.Read(new("http://a.test/"), [new("Location", "http://b\u00fccher.test/")]);
        Assert.Null(read.Address);
        Assert.Contains("UTF-8", read.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("rule", "R-146")]
    [Trait("rule", "R-151")]
    [InlineData("ftp://b.test/")]
    [InlineData("mailto:user@b.test")]
    [InlineData("javascript:alert(1)")]
    [InlineData("file:///etc/passwd")]
    [InlineData("data:,x")]
    [InlineData("myapp://callback?code=1")]
    [InlineData("http://h:0/")]
    [InlineData("http://1.2.3.4.5/")]
    [InlineData("http://１２７.0.0.1/")]
    [InlineData("http://a／b.test/")]
    [InlineData("http://a＠b.test/")]
    [InlineData("http://a℀b.test/")]
    [InlineData("http://ü-.test/")]
    [InlineData("http://\u0378.test/")]
    [InlineData("http://xn--ü/")]
    [InlineData("http://-ü/")]
    [InlineData("http://[::1]x/")]
    [InlineData("http://[::1]ü/")]
    public void An_address_that_cannot_be_requested_is_named_with_the_reason(string location)
    {
        RedirectLocation read = Read(location);
        Assert.NotNull(read.Address);
        Assert.StartsWith("it leads to an address that can't be requested: ", read.Problem, StringComparison.Ordinal);
        Assert.False(RequestUri.IsSameOrigin(new("http://a.test/"), read.Address));
    }

    [Theory]
    [Trait("rule", "R-159")]
    [InlineData("/a", "/a", true)]
    [InlineData("/a", "/b", false)]
    [InlineData("", "/b", false)]
    public void Several_Location_fields_must_be_equal(string first, string second, bool isRead)
    {
        RedirectLocation read = RedirectLocation.Read(new("http://a.test/"), [new("location", first), new("X", "/c"), new("LOCATION", second)]);
        Assert.Equal(isRead, read.Problem is null);
        Assert.Equal(isRead, read.Address is not null);
    }

    [Fact]
    [Trait("rule", "R-158")]
    public void Nothing_is_given_without_a_field_or_with_an_empty_one()
    {
        Assert.False(RedirectLocation.Read(new("http://a.test/"), []).IsGiven);
        Assert.False(Read("").IsGiven);
        Assert.True(Read("x").IsGiven);
        Assert.True(Read("http://[").IsGiven);
    }

    [Theory]
    [Trait("rule", "R-161")]
    [Trait("rule", "R-171")]
    [InlineData("/x", "http://a.test/x#f")]
    [InlineData("/x#", "http://a.test/x#")]
    [InlineData("/x#g", "http://a.test/x#g")]
    [InlineData("//b.test", "http://b.test/#f")]
    [InlineData("http://b\u00C3\u00BCcher.test/\u00fc", "http://bücher.test/%FC#f")]
    public void Fragments_are_inherited_and_users_are_not(string location, string address)
    {
        RedirectLocation read = RedirectLocation.Read(new("http://user:secret@a.test/d/e?q#f"), [new("Location", location)]);
        Assert.Equal((new Uri(address).AbsoluteUri, ""), (read.Address!.AbsoluteUri, read.Address.UserInfo));
    }

    /// <summary>Each character of a field's value is one byte.</summary>
    private static RedirectLocation Read(string location) =>
        RedirectLocation.Read(new("http://a.test/d/e"), [new HeaderField("Location", Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(location)))]);
}
