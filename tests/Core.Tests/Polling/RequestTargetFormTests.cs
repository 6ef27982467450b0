using Xunit;

namespace PollHttp.Core.Tests;

public class RequestTargetFormTests
{
    [Theory]
    [Trait("rule", "R-132")]
    [InlineData("GET", "/", "/")]
    [InlineData("GET", "/a%20b?x=1&y", "/a%20b?x=1&y")]
    [InlineData("GET", "http://example.org", "/")]
    [InlineData("GET", "http://example.org/", "/")]
    [InlineData("GET", "HTTP://EXAMPLE.org:80/a?b", "/a?b")]
    [InlineData("GET", "http://example.org?b", "/?b")]
    [InlineData("OPTIONS", "*", "*")]
    [InlineData("OPTIONS", "http://example.org", "*")]
    [InlineData("OPTIONS", "/x", "/x")]
    [InlineData("CONNECT", "other.example:443", "other.example:443")]
    [InlineData("CONNECT", "[::1]:443", "[::1]:443")]
    public void Direct(string method, string target, string wire) =>
        Assert.Equal(wire, RequestTargetForm.ToWire(method, target, false, "example.org", false, out _));

    [Theory]
    [Trait("rule", "R-132")]
    [Trait("rule", "R-133")]
    [InlineData("GET", "/a", "http://example.org/a")]
    [InlineData("GET", "http://example.org/a", "http://example.org/a")]
    [InlineData("GET", "http://example.org?q", "http://example.org/?q")]
    [InlineData("OPTIONS", "*", "http://example.org")]
    [InlineData("CONNECT", "other.example:443", "other.example:443")]
    public void Through_a_plain_proxy(string method, string target, string wire) =>
        Assert.Equal(wire, RequestTargetForm.ToWire(method, target, false, "example.org", true, out _));

    [Theory]
    [Trait("rule", "R-124")]
    [Trait("rule", "R-130")]
    [Trait("rule", "R-131")]
    [InlineData("GET", "")]
    [InlineData("GET", "a")]
    [InlineData("GET", "*")]
    [InlineData("GET", "example.org:80")]
    [InlineData("GET", "/a b")]
    [InlineData("GET", "/a\r\nX: y")]
    [InlineData("GET", "/a\n")]
    [InlineData("GET", "/\u00e4")]
    [InlineData("GET", "/a#b")]
    [InlineData("GET", "ftp://example.org/")]
    [InlineData("GET", "https://example.org/")]
    [InlineData("GET", "http://other.example/")]
    [InlineData("GET", "http://example.org:81/")]
    [InlineData("GET", "http://user@example.org/")]
    [InlineData("GET", "http:///a")]
    [InlineData("CONNECT", "/a")]
    [InlineData("CONNECT", "example.org")]
    [InlineData("CONNECT", "example.org:")]
    [InlineData("CONNECT", "example.org:70000")]
    [InlineData("CONNECT", "*")]
    public void Everything_else_is_refused(string method, string target) =>
        Assert.Throws<ArgumentException>(() => RequestTargetForm.ToWire(method, target, false, "example.org", false, out _));

    [Fact]
    public void IPv6_and_a_port_are_compared_as_one_authority() =>
        Assert.Equal("/x", RequestTargetForm.ToWire("GET", "https://[::1]:8443/x", true, "[::1]:8443", false, out _));
}
