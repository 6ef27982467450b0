using Xunit;

namespace PollHttp.Tests.Exchanges;

public class RequestUriTests
{
    [Theory]
    [Trait("rule", "R-146")]
    [Trait("past", "C-64")]
    [InlineData("ftp://a.test/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("data:text/plain,hello")]
    [InlineData("ws://a.test/")]
    public void Only_http_and_https_are_requested(string uri) => Assert.Throws<NotSupportedException>(() => RequestUri.Check(new(uri)));

    [Theory]
    [Trait("rule", "R-148")]
    [Trait("rule", "R-149")]
    [Trait("rule", "R-150")]
    [Trait("past", "C-24")]
    [Trait("past", "C-25")]
    [Trait("past", "C-73")]
    [InlineData("http://a@b@c/")]
    [InlineData("http://good\\@evil/")]
    [InlineData("http://good\\evil/")]
    [InlineData("http://a%2fb/")]
    [InlineData("http://h%00/")]
    [InlineData("http://h%41/")]
    [InlineData("http://h:0/")]
    [InlineData("http://1.2.3.4.5/")]
    [InlineData("http://a.0x7f/")]
    [InlineData("http://a.123/")]
    [InlineData("http://a.123./")]
    [InlineData("http://[::1]x/")]
    [InlineData("http://xn--ü/")]
    [InlineData("http://ü-.test/")]
    [InlineData("http://a／b.test/")]
    public void What_another_parser_could_read_as_another_host_is_refused(string text)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? uri))
        {
            Assert.Throws<ArgumentException>(() => RequestUri.Check(uri));
        }
    }

    [Theory]
    [Trait("rule", "R-147")]
    [InlineData("http://")]
    [InlineData("http:///x")]
    [InlineData("http://:80/")]
    [InlineData("http:x")]
    public void An_address_without_a_host_is_refused_at_the_call(string text)
    {
        using World world = new();
        Assert.ThrowsAny<Exception>(() => { _ = world.Client.GetAsync(text); });
        Assert.Equal(0, world.Network.TotalDials);
    }

    [Theory]
    [Trait("rule", "R-152")]
    [InlineData("http://a.test/x/../y/./z", "/y/z")]
    [InlineData("http://a.test/../../y", "/y")]
    [InlineData("http://a.test/x//y/", "/x//y/")]
    [InlineData("http://a.test/x%2f..%2fy", "/x%2f..%2fy")]
    public void Dot_segments_are_taken_out_and_encoded_slashes_stay(string text, string target)
    {
        using World world = new();
        Testing.ScriptedHttpServer server = world.Serve("a.test", _ => World.Reply(200));
        world.Get(text).Dispose();
        Assert.Equal(target, server.Requests[0].Target);
    }

    [Theory]
    [Trait("rule", "R-148")]
    [Trait("rule", "R-149")]
    [Trait("rule", "R-151")]
    [InlineData("http://a.com#@b.com/", "a.com")]
    [InlineData("http://a.com?@b.com/", "a.com")]
    [InlineData("http://a.com/@b.com/", "a.com")]
    [InlineData("http://user:pass@a.com/", "a.com")]
    [InlineData("http://h:/", "h")]
    [InlineData("http://my_container:8080/", "my_container")]
    [InlineData("http://127.0.0.1/", "127.0.0.1")]
    [InlineData("http://2130706433/", "127.0.0.1")]
    [InlineData("http://0x7f.1/", "127.0.0.1")]
    [InlineData("http://0177.0.0.1/", "127.0.0.1")]
    [InlineData("http://[::1]/", "::1")]
    [InlineData("http://bücher.example/", "xn--bcher-kva.example")]
    [InlineData("http://a.com./", "a.com.")]
    [InlineData("http://1e100.net/", "1e100.net")]
    public void An_address_has_one_host(string text, string host)
    {
        Uri uri = new(text);
        RequestUri.Check(uri);
        Assert.Equal(host, uri.IdnHost.Trim('[', ']'));
    }

    [Theory]
    [Trait("rule", "R-165")]
    [InlineData("http://a/", "http://A:80/x", true)]
    [InlineData("http://a/", "http://a:81/", false)]
    [InlineData("http://a/", "https://a/", false)]
    [InlineData("http://a/", "http://a./", false)]
    [InlineData("http://[::1]/", "http://[0:0::1]/", true)]
    public void Scheme_host_and_port_make_an_origin(string a, string b, bool isSame) =>
        Assert.Equal(isSame, RequestUri.IsSameOrigin(new(a), new(b)));
}
