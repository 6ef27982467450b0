using System.Net;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

[Trait("ask", "A-10")]
public class ConnectFilterTests
{
    private static readonly IPAddress s_inside = IPAddress.Parse("10.0.0.5");
    private static readonly IPAddress s_outside = IPAddress.Parse("93.184.216.34");

    private readonly SimulatedNetwork _network = new();
    private readonly List<string> _asked = [];

    [Fact, Trait("rule", "R-235"), Trait("fault", "F-03")]
    public void Each_address_is_judged_directly_before_it_is_dialled()
    {
        _network.AddHost("example.org", s_inside, s_outside);
        _network.Listen(new IPEndPoint(s_inside, 80), _ => { });
        _network.Listen(new IPEndPoint(s_outside, 80), _ => { });
        using PollConnection connection = Open(new() { Host = "example.org", Port = 80 });
        Assert.Equal(new IPEndPoint(s_outside, 80), connection.RemoteEndPoint);
        Assert.Equal(1, _network.TotalDials);
        Assert.Equal(["example.org 10.0.0.5:80", "example.org 93.184.216.34:80"], _asked);
    }

    [Fact, Trait("rule", "R-235")]
    public void A_literal_is_judged_too_and_nothing_is_dialled()
    {
        using PollConnection connection = Open(new() { Host = "127.0.0.1", Port = 80 });
        Assert.Equal(TransportError.Forbidden, connection.Fault.Transport.Error);
        Assert.Equal("Could not connect to 127.0.0.1:80: the address is not allowed.", connection.Fault.Describe());
        Assert.Equal(0, _network.TotalDials);
    }

    [Fact, Trait("rule", "R-235")]
    public void A_proxys_address_is_judged_by_the_proxys_name()
    {
        _network.AddHost("proxy.example", s_inside);
        ProxySpec proxy = new() { Scheme = ProxyScheme.Http, Host = "proxy.example", Port = 3128 };
        using PollConnection connection = Open(new() { Host = "example.org", Port = 80, Proxy = proxy });
        Assert.Equal(FaultKind.ConnectFailed, connection.Fault.Kind);
        Assert.Equal(["proxy.example 10.0.0.5:3128"], _asked);
    }

    [Fact, Trait("rule", "R-235")]
    public void An_address_that_a_proxy_is_to_be_told_is_judged_as_well()
    {
        _network.AddHost("intranet.example", s_inside);
        ProxySpec proxy = new() { Scheme = ProxyScheme.Socks5, Host = "93.184.216.34", Port = 1080 };
        using PollConnection connection = Open(new() { Host = "intranet.example", Port = 80, Proxy = proxy });
        Assert.Equal(TransportError.Forbidden, connection.Fault.Transport.Error);
        Assert.Equal(0, _network.TotalDials);
    }

    [Fact]
    public void A_filter_that_throws_lets_nothing_through()
    {
        InvalidOperationException thrown = new("no list loaded");
        using PollConnection connection = ConnectDriver.Open(
            _network, new() { Host = "93.184.216.34", Port = 80 }, new() { ConnectFilter = (_, _) => throw thrown });
        Assert.Same(thrown, connection.Fault.Transport.Cause);
        Assert.Equal(0, _network.TotalDials);
    }

    [Theory, Trait("rule", "R-235")]
    [InlineData("93.184.216.34", AddressScope.Global)]
    [InlineData("172.32.0.1", AddressScope.Global)]
    [InlineData("127.0.0.1", AddressScope.Loopback)]
    [InlineData("127.255.255.254", AddressScope.Loopback)]
    [InlineData("0.0.0.0", AddressScope.Unspecified)]
    [InlineData("0.1.2.3", AddressScope.Unspecified)]
    [InlineData("169.254.169.254", AddressScope.LinkLocal)]
    [InlineData("10.1.2.3", AddressScope.Private)]
    [InlineData("172.16.0.1", AddressScope.Private)]
    [InlineData("172.31.255.255", AddressScope.Private)]
    [InlineData("192.168.1.1", AddressScope.Private)]
    [InlineData("100.64.0.1", AddressScope.CarrierGrade)]
    [InlineData("100.128.0.1", AddressScope.Global)]
    [InlineData("198.19.0.1", AddressScope.Reserved)]
    [InlineData("240.0.0.1", AddressScope.Reserved)]
    [InlineData("224.0.0.1", AddressScope.Multicast)]
    [InlineData("255.255.255.255", AddressScope.Multicast)]
    [InlineData("::", AddressScope.Unspecified)]
    [InlineData("::1", AddressScope.Loopback)]
    [InlineData("2606:2800:220:1::1", AddressScope.Global)]
    [InlineData("fe80::1%3", AddressScope.LinkLocal)]
    [InlineData("fd12:3456::1", AddressScope.Private)]
    [InlineData("fc00::1", AddressScope.Private)]
    [InlineData("ff02::1", AddressScope.Multicast)]
    [InlineData("2001:db8::1", AddressScope.Reserved)]
    [InlineData("::ffff:127.0.0.1", AddressScope.Loopback)]
    [InlineData("::ffff:93.184.216.34", AddressScope.Global)]
    [InlineData("::10.0.0.1", AddressScope.Private)]
    [InlineData("2002:7f00:1::1", AddressScope.Loopback)]
    [InlineData("2002:5db8:d822::1", AddressScope.Global)]
    [InlineData("64:ff9b::10.0.0.1", AddressScope.Private)]
    [InlineData("64:ff9b::93.184.216.34", AddressScope.Global)]
    [InlineData("64:ff9b:1::1", AddressScope.Private)]
    [InlineData("2001:0:1:2:3:4:80ff:fffe", AddressScope.Loopback)]
    public void Addresses_are_sorted_by_where_their_packets_end_up(string address, AddressScope scope) =>
        Assert.Equal(scope, AddressScopes.Classify(IPAddress.Parse(address)));

    private PollConnection Open(ConnectionTarget target) => ConnectDriver.Open(_network, target, new()
    {
        ConnectFilter = (host, endPoint) =>
        {
            _asked.Add($"{host} {endPoint}");
            return AddressScopes.IsGlobal(endPoint.Address);
        },
    });
}
