using System.Net;
using PollHttp.Core;
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
    [InlineData("http_proxy=http://[ no_proxy=a.test", "http://a.test/", null)]
    [InlineData("http_proxy=http://[", "https://a.test/", null)]
    [InlineData("http_proxy=http://[", "http://localhost/", null)]
    [InlineData("http_proxy=", "http://a.test/", null)]
    [InlineData("http_proxy=http://p:1/path?q#f", "http://a.test/", "http://p:1/")]
    [InlineData("http_proxy=HTTPS://p", "http://a.test/", "https://p/")]
    [InlineData("http_proxy=socks5h://p:1", "http://a.test/", "socks5h://p:1/")]
    [InlineData("http_proxy=[::1]:3", "http://a.test/", "http://[::1]:3/")]
    [InlineData("http_proxy=http://::1:3", "http://a.test/", "http://[::1]:3/")]
    [InlineData("http_proxy=u:p@[::1]:3", "http://a.test/", "http://u:p@[::1]:3/")]
    [InlineData("http_proxy=http://p:", "http://a.test/", "http://p/")]
    [InlineData("http_proxy=http://bücher.test:1", "http://a.test/", "http://bücher.test:1/")]
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

    [Theory]
    [InlineData("http://u:p@w@h:1", "", "u", "p@w")]
    [InlineData("http://u:p/w@h:1", "", "u", "p/w")]
    [InlineData("http://u:p#w@h:1", "", "u", "p#w")]
    [InlineData("http://u:p?w@h:1", "", "u", "p?w")]
    [InlineData("u:p:/w@h:1", "", "u", "p:/w")]
    [InlineData("http://u:p:q@h:1", "", "u", "p:q")]
    [InlineData("http://u:p[w]@h:1", "", "u", "p[w]")]
    [InlineData("http://u:p\\w@h:1", "", "u", "p\\w")]
    [InlineData("http://dom\\u:p@h:1", "dom", "u", "p")]
    [InlineData("dom\\u:p@h:1", "dom", "u", "p")]
    [InlineData("http://dom%5Cu:p@h:1", "dom", "u", "p")]
    [InlineData("http://u:p%40w@h:1", "", "u", "p@w")]
    [InlineData("http://u:p%25@h:1", "", "u", "p%")]
    [InlineData("http://u:p%@h:1", "", "u", "p%")]
    [InlineData("http://u:p%zz@h:1", "", "u", "p%zz")]
    [InlineData("http://u@me:p@h:1", "", "u@me", "p")]
    [InlineData("http://u:p q+r|^`{}<>\"@h:1", "", "u", "p q+r|^`{}<>\"")]
    [InlineData("http://ü:ö@h:1", "", "ü", "ö")]
    [InlineData("http://u:%C3%BC@h:1", "", "u", "ü")]
    [InlineData("http://u@h:1", "", "u", "")]
    [InlineData("http://u:@h:1", "", "u", "")]
    [InlineData("socks5://u:p@w@h:1", "", "u", "p@w")]
    [InlineData("https://u:p://w@h:1", "", "u", "p://w")]
    public void User_and_password_need_no_encoding_and_are_those_the_platform_reads(string value, string domain, string user, string password)
    {
        foreach (string name in new[] { "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY" })
        {
            EnvironmentProxy proxy = new(n => n == name ? value : null);
            (ProxySpec? spec, ProxyCredentials? credentials) = ProxyChoice.Find(proxy, new("http://a.test/"), null);
            Assert.Equal(("h", 1), (spec!.Host, spec.Port));
            if (spec.IsSocks)
            {
                Assert.Equal((user, password), (spec.UserName, spec.Password));
                continue;
            }

            NetworkCredential found = credentials!.GetCredential(new("http://h:1/"), "Basic")!;
            Assert.Equal((domain, user, password), (found.Domain, found.UserName, found.Password));
        }
    }

    [Theory]
    [InlineData("http://h:notaport")]
    [InlineData("http://h:99999")]
    [InlineData("http://h:0")]
    [InlineData("http://u:secret@h:-1")]
    [InlineData("\"http://u:secret@h:1\"")]
    [InlineData("'http://u:secret@h:1'")]
    [InlineData("http:/h:1")]
    [InlineData("http://http://h:1")]
    [InlineData("ftp://u:secret@h:1")]
    [InlineData("socks://h:1")]
    [InlineData("foo://h")]
    [InlineData("://h:1")]
    [InlineData("http://")]
    [InlineData("http:///")]
    [InlineData("http://u:secret@")]
    [InlineData("http://u:secret@h h:1")]
    [InlineData("http://[::1")]
    [InlineData("::1")]
    [InlineData("http://h%41:1")]
    [InlineData("http://1.2.3.4.5:1")]
    [InlineData("http://xn--ü:1")]
    public void A_value_that_cannot_be_read_is_an_error_that_names_the_variable_and_tells_no_secret(string value)
    {
        foreach ((string name, string address) in new[]
        {
            ("http_proxy", "http://a.test/"), ("HTTP_PROXY", "http://a.test/"), ("https_proxy", "https://a.test/"), ("HTTPS_PROXY", "https://a.test/"),
            ("all_proxy", "http://a.test/"), ("ALL_PROXY", "https://a.test/"),
        })
        {
            EnvironmentProxy proxy = new(n => n == name ? value : null);
            HttpRequestException error = Assert.ThrowsAny<HttpRequestException>(() => ProxyChoice.Find(proxy, new(address), null));
            Assert.Contains($" {name} ", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
            Assert.NotNull(proxy.BeyondPlatform());
        }
    }

    [Theory]
    [InlineData("http://u:p@w@h:1", true)]
    [InlineData("dom\\u:p@h:1", true)]
    [InlineData("h:1", true)]
    [InlineData("SOCKS5://h:1", true)]
    [InlineData(" http://h:1", false)]
    [InlineData("socks5h://h:1", false)]
    [InlineData("http://:p@h:1", false)]
    [InlineData("http://h:", false)]
    public void What_the_platform_reads_is_left_to_it(string value, bool isKnown)
    {
        EnvironmentProxy proxy = new(n => n == "http_proxy" ? value : null);
        Assert.Equal(isKnown, proxy.BeyondPlatform() is null);
        Assert.NotNull(proxy.GetProxy(new("http://a.test/")));
    }

    private static EnvironmentProxy Make(string environment)
    {
        Dictionary<string, string> variables = environment.Split(' ').Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1]);
        return new(name => variables.GetValueOrDefault(name));
    }
}
