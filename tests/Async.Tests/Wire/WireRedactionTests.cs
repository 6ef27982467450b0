using PollHttp.Core;
using Xunit;

namespace PollHttp.Tests.Wire;

[Trait("ask", "A-24")]
public sealed class WireRedactionTests
{
    [Theory]
    [InlineData("http://a.test/path", "http://a.test/path")]
    [InlineData("http://me:secret@a.test:81/path?token=secret&page=2#frag", "http://a.test:81/path?*")]
    [InlineData("https://a.test/?", "https://a.test/?")]
    public void An_address_is_shown_without_user_and_query(string address, string shown) =>
        Assert.Equal(shown.TrimEnd('?'), new WireRedaction().RedactUri(new Uri(address)));

    [Theory]
    [InlineData("/path", "/path")]
    [InlineData("/path?code=secret", "/path?*")]
    [InlineData("/path?", "/path")]
    [InlineData("*", "*")]
    [InlineData("a.test:443", "a.test:443")]
    [InlineData("http://me:secret@a.test/p?x=1", "http://a.test/p?*")]
    [InlineData("//me:secret@a.test", "//a.test")]
    [InlineData("https://me@secret@a.test/", "https://a.test/")]
    [InlineData("/a//b@c/d", "/a//b@c/d")]
    [InlineData("/callback#access_token=secret", "/callback#*")]
    [InlineData("/callback?a=1#access_token=secret?b", "/callback?*#*")]
    [InlineData("/callback#", "/callback")]
    public void An_address_in_a_text_is_shown_without_user_query_and_fragment(string text, string shown) =>
        Assert.Equal(shown, new WireRedaction().RedactAddress(text));

    [Theory]
    [InlineData("?page=2&token=s&key=s&size=5", "?page=2&*&size=5")]
    [InlineData("?token=s", "?*")]
    [InlineData("?page", "?*")]
    [InlineData("?page=2&&page=3", "?page=2&*&page=3")]
    [InlineData("?PAGE=2", "?*")]
    public void Parameters_that_are_said_to_be_public_are_shown(string query, string shown)
    {
        WireRedaction redaction = new() { PublicParameters = { "page" }, IsPublicParameter = static name => name == "size" };
        Assert.Equal("http://a.test/" + shown, redaction.RedactUri(new("http://a.test/" + query)));
        Assert.Equal("/" + shown, redaction.RedactAddress("/" + query));
    }

    [Fact]
    public void Names_of_parameters_are_compared_as_they_are_meant() =>
        Assert.Equal("/?p%61ge+no=2&*", new WireRedaction { PublicParameters = { "page no" } }.RedactAddress("/?p%61ge+no=2&page+nO=3"));

    [Theory]
    [InlineData("Authorization", "Basic secret", "*")]
    [InlineData("AUTHORIZATION", "secret", "*")]
    [InlineData("Proxy-Authorization", "Basic secret", "*")]
    [InlineData("Cookie", "a=secret", "*")]
    [InlineData("Set-Cookie", "a=secret; Path=/", "*")]
    [InlineData("X-Api-Key", "secret", "*")]
    [InlineData("Content-Type", "text/plain", "text/plain")]
    [InlineData("Host", "a.test", "a.test")]
    [InlineData("Location", "https://u:secret@a.test/next?code=secret#secret", "https://a.test/next?*#*")]
    [InlineData("content-location", "/x?secret", "/x?*")]
    [InlineData("Referer", "http://a.test/?secret", "http://a.test/?*")]
    [InlineData("Refresh", "5; url=http://u:secret@a.test/?secret", "5; url=http://a.test/?*")]
    [InlineData("Refresh", "5; url=//u:secret@a.test/", "5; url=//a.test/")]
    [InlineData("Refresh", "5;URL='//u:secret@a.test/'", "5;URL='//a.test/'")]
    [InlineData("Link", "</a?secret>; rel=\"next?\", <http://u:secret@b.test/>; rel=\"x\", </c?secret", "</a?*>; rel=\"next?\", <http://b.test/>; rel=\"x\", </c?*")]
    public void Fields_with_secrets_are_shown_without_them(string name, string value, string shown) =>
        Assert.Equal(shown, new WireRedaction().RedactField(new HeaderField(name, value)));

    [Fact]
    public void What_is_secret_can_be_said()
    {
        WireRedaction redaction = new() { IsSecretField = static name => name.StartsWith("X-Secret-", StringComparison.Ordinal) };
        redaction.SecretFields.Add("X-Mine");
        redaction.SecretFields.Remove("Cookie");
        Assert.Equal(
            ["*", "*", "v", "v"],
            new[] { "x-mine", "X-Secret-One", "Cookie", "X-Other" }.Select(name => redaction.RedactField(new HeaderField(name, "v"))));
    }
}
