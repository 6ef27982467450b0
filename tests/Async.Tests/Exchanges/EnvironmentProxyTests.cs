using Xunit;

namespace PollHttp.Tests.Exchanges;

public class EnvironmentProxyTests
{
    [Theory]
    [Trait("parity", "P-052")]
    [Trait("parity", "P-165")]
    [InlineData("http_proxy=http://p:1", "http://a.test/", "http://p:1/")]
    [InlineData("http_proxy=http://p:1", "https://a.test/", null)]
    [InlineData("https_proxy=http://p:1", "https://a.test/", "http://p:1/")]
    [InlineData("HTTPS_PROXY=http://p:1", "https://a.test/", "http://p:1/")]
    [InlineData("https_proxy=http://p:1 HTTPS_PROXY=http://p:2", "https://a.test/", "http://p:1/")]
    [InlineData("http_proxy=http://p:1 HTTP_PROXY=http://p:2", "http://a.test/", "http://p:1/")]
    [InlineData("all_proxy=socks5://p:1", "http://a.test/", "socks5://p:1/")]
    [InlineData("ALL_PROXY=socks5://p:1", "https://a.test/", "socks5://p:1/")]
    [InlineData("all_proxy=http://p:1 http_proxy=http://p:2", "http://a.test/", "http://p:2/")]
    [InlineData("http_proxy=p:1", "http://a.test/", "http://p:1/")]
    [InlineData("http_proxy=http://p:1 no_proxy=a.test", "http://a.test/", null)]
    [InlineData("http_proxy=http://p:1 NO_PROXY=a.test", "http://a.test/", null)]
    [InlineData("http_proxy=http://p:1 no_proxy=b.test NO_PROXY=a.test", "http://a.test/", "http://p:1/")]
    [InlineData("http_proxy=http://p:1", "http://127.0.0.1/", null)]
    [InlineData("http_proxy=http://[", "http://a.test/", null)]
    public void Variables_name_the_proxy(string environment, string address, string? proxy) =>
        Assert.Equal(proxy, Make(environment).GetProxy(new(address))?.AbsoluteUri);

    [Theory]
    [Trait("rule", "R-231")]
    [Trait("past", "C-76")]
    [InlineData("HTTP_PROXY=http://evil:1", "http://evil:1/")]
    [InlineData("HTTP_PROXY=http://evil:1 REQUEST_METHOD=GET", null)]
    [InlineData("HTTP_PROXY=http://evil:1 http_proxy=http://p:1 REQUEST_METHOD=GET", "http://p:1/")]
    public void A_CGI_program_does_not_take_its_proxy_from_a_field_of_a_request(string environment, string? proxy) =>
        Assert.Equal(proxy, Make(environment).GetProxy(new("http://a.test/"))?.AbsoluteUri);

    private static EnvironmentProxy Make(string environment)
    {
        Dictionary<string, string> variables = environment.Split(' ').Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1]);
        return new(name => variables.GetValueOrDefault(name));
    }
}
