using Xunit;

namespace PollHttp.Core.Tests;

public sealed class HostPortTests
{
    [Theory]
    [InlineData("example.test", 8080, "example.test:8080", "example.test:8080")]
    [InlineData("example.test", 80, "example.test:80", "example.test")]
    [InlineData("192.0.2.1", 80, "192.0.2.1:80", "192.0.2.1")]
    [InlineData("2001:db8::1", 443, "[2001:db8::1]:443", "[2001:db8::1]:443")]
    [InlineData("2001:db8::1", 80, "[2001:db8::1]:80", "[2001:db8::1]")]
    [InlineData("fe80::1%eth0", 1, "[fe80::1%eth0]:1", "[fe80::1]:1")]
    public void Host_and_port_are_written_for_people_and_for_an_authority(string host, int port, string text, string authority)
    {
        HostPort written = new(host, port);
        Assert.Equal((text, authority), (written.ToString(), written.ToAuthority(HostPort.DefaultPort(isHttps: false))));
    }

    [Fact]
    public void An_authority_without_a_default_port_always_names_the_port() =>
        Assert.Equal(("a.test:80", "a.test:443"), (new HostPort("a.test", 80).ToAuthority(), new HostPort("a.test", 443).ToAuthority()));

    [Theory]
    [InlineData("1", 1)]
    [InlineData("65535", 65535)]
    [InlineData("080", 80)]
    public void A_port_is_read(string digits, int port)
    {
        Assert.True(HostPort.TryParsePort(digits, out int read));
        Assert.Equal(port, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1a")]
    public void What_is_no_port_is_refused(string digits) => Assert.False(HostPort.TryParsePort(digits, out _));

    [Theory]
    [InlineData("[::1]", "::1")]
    [InlineData("a.test", "a.test")]
    public void Brackets_are_taken_off(string written, string host) => Assert.Equal(host, HostPort.Unbracket(written));
}
