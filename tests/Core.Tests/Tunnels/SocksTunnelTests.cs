using System.Net;
using System.Text;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

public class SocksTunnelTests
{
    private const string Reply4 = "0500000101020304" + "1F90";

    private readonly SimulatedNetwork _network = new();
    private readonly StringBuilder _received = new();

    [Theory, Trait("rule", "R-232")]
    [InlineData("0500000101020304" + "1F90")]
    [InlineData("0500000400000000000000000000000000000001" + "1F90")]
    [InlineData("05000003" + "00" + "1F90")]
    [InlineData("05000003" + "0B" + "6578616D706C652E6F7267" + "1F90")]
    public void Every_type_of_address_in_the_answer_is_read_to_its_end_and_no_further(string reply)
    {
        foreach (int segmentSize in (int[])[1, 2, 3, int.MaxValue])
        {
            _network.Link = new() { SegmentSize = segmentSize };
            using PollConnection connection = Open(ProxyScheme.Socks5h, ["0500", reply]);
            Assert.True(connection.IsOpen, connection.Fault.Describe());
            Assert.Equal(IoStatus.WouldBlock, connection.Transport!.TryRead(new byte[1]).Status);
        }
    }

    [Fact, Trait("rule", "R-232")]
    public void The_proxy_is_told_the_name_and_the_name_is_not_looked_up_here()
    {
        using PollConnection connection = Open(ProxyScheme.Socks5h, ["0500", Reply4]);
        Assert.Equal("050100" + "050100030B" + "6578616D706C652E6F7267" + "01BB", _received.ToString());
        Assert.Equal(ConnectPhase.Http, connection.Phase);
    }

    [Fact, Trait("rule", "R-232")]
    public void The_other_way_the_proxy_is_told_the_address()
    {
        _network.AddHost("example.org", IPAddress.Parse("2001:db8::1"), IPAddress.Parse("192.0.2.7"));
        using PollConnection connection = Open(ProxyScheme.Socks5, ["0500", Reply4]);
        Assert.Equal("050100" + "05010004" + "20010DB8000000000000000000000001" + "01BB", _received.ToString());
    }

    [Theory]
    [InlineData("192.0.2.7", "05010001C000020701BB")]
    [InlineData("::1", "050100040000000000000000000000000000000101BB")]
    public void A_literal_goes_as_an_address(string host, string request)
    {
        using PollConnection connection = Open(ProxyScheme.Socks5h, ["0500", Reply4], host: host);
        Assert.Equal("050100" + request, _received.ToString());
    }

    [Fact, Trait("rule", "R-232")]
    public void Credentials_are_offered_and_sent_where_the_proxy_chooses_them()
    {
        using PollConnection connection = Open(ProxyScheme.Socks5h, ["0502", "0100", Reply4], user: "u", password: "pw");
        Assert.StartsWith("05020002" + "010175027077" + "0501", _received.ToString(), StringComparison.Ordinal);
        Assert.True(connection.IsOpen);
    }

    [Theory, Trait("rule", "R-232")]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(256, 1)]
    [InlineData(1, 256)]
    public void User_and_password_have_1_to_255_bytes(int user, int password)
    {
        using PollConnection connection = Open(ProxyScheme.Socks5h, [], user: new string('u', user), password: new string('p', password));
        Assert.Equal(FaultKind.ProxyFailed, connection.Fault.Kind);
        Assert.Equal("", _received.ToString());
    }

    [Theory, Trait("rule", "R-232"), Trait("past", "C-21")]
    [InlineData(255, true)]
    [InlineData(256, false)]
    [InlineData(16 * 1024, false)]
    public void Too_long_a_name_is_refused_and_never_looked_up_here(int length, bool isSent)
    {
        _network.Link = new() { SegmentSize = 1 };
        using PollConnection connection = Open(ProxyScheme.Socks5h, ["0500", Reply4], host: new string('a', length));
        Assert.Equal(isSent, connection.IsOpen);
        Assert.Equal(isSent, _received.Length > 0);
        Assert.True(isSent || connection.Fault.Describe().Contains("longer than 255 bytes", StringComparison.Ordinal));
    }

    [Theory, Trait("rule", "R-232"), Trait("fault", "F-41")]
    [InlineData("0400", "not SOCKS 5")]
    [InlineData("4854", "not SOCKS 5")]
    [InlineData("05FF", "it wants credentials")]
    [InlineData("0502", "the method 2, which was not offered")]
    [InlineData("0501", "the method 1, which was not offered")]
    [InlineData("0500|0400000101020304050B", "not SOCKS 5")]
    [InlineData("0500|0500010101020304050B", "malformed")]
    [InlineData("0500|0500000201020304050B", "unknown address type 2")]
    [InlineData("0500|0501000101020304050B", "it failed")]
    [InlineData("0500|05020001", "rules do not allow")]
    [InlineData("0500|05030001", "found the network unreachable")]
    [InlineData("0500|05040001", "found the host unreachable")]
    [InlineData("0500|05050001", "its connection was refused")]
    [InlineData("0500|05060001", "its connection timed out")]
    [InlineData("0500|05070001", "does not connect for others")]
    [InlineData("0500|05080001", "does not support this type of address")]
    [InlineData("0500|05990001", "unknown code 153")]
    [Trait("rule", "R-233")]
    public void What_a_SOCKS_5_proxy_says_wrong_or_refuses_is_told(string replies, string text)
    {
        using PollConnection connection = Open(ProxyScheme.Socks5h, replies.Split('|'));
        Assert.Equal(FaultKind.ProxyFailed, connection.Fault.Kind);
        Assert.Contains(text, connection.Fault.Describe(), StringComparison.Ordinal);
        Assert.Equal(0, _network.OpenTransports);
    }

    [Theory, Trait("rule", "R-233")]
    [InlineData("05050001", TransportError.Refused)]
    [InlineData("05030001", TransportError.Unreachable)]
    [InlineData("05060001", TransportError.TimedOut)]
    public void What_befell_the_proxy_is_of_the_same_class_as_if_it_had_befallen_us(string reply, TransportError error)
    {
        using PollConnection connection = Open(ProxyScheme.Socks5h, ["0500", reply]);
        Assert.Equal(error, connection.Fault.Transport.Error);
    }

    [Fact]
    public void Credentials_that_are_not_accepted_are_told()
    {
        using PollConnection connection = Open(ProxyScheme.Socks5h, ["0502", "0101"], user: "u", password: "p");
        Assert.Contains("did not accept the credentials", connection.Fault.Describe(), StringComparison.Ordinal);
    }

    [Theory, Trait("rule", "R-232"), Trait("fault", "F-41"), Trait("past", "C-21")]
    [InlineData(ProxyScheme.Socks5h, "0502|0100|0500000300" + "1F90")]
    [InlineData(ProxyScheme.Socks4a, "005A000000000000")]
    public void An_answer_cut_at_any_byte_is_a_failure_of_the_proxy(ProxyScheme scheme, string replies)
    {
        string[] whole = replies.Split('|');
        for (int step = 0; step < whole.Length; step++)
        {
            for (int length = 0; length < whole[step].Length; length += 2)
            {
                string[] cut = [.. whole[..step], whole[step][..length] + "!"];
                using PollConnection connection = Open(scheme, cut, user: "u", password: "p");
                Assert.Equal(FaultKind.ProxyFailed, connection.Fault.Kind);
                Assert.Contains("closed the connection before it had answered", connection.Fault.Describe(), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void SOCKS_4_is_told_an_IPv4_address()
    {
        _network.AddHost("example.org", IPAddress.Parse("2001:db8::1"), IPAddress.Parse("192.0.2.7"));
        using PollConnection connection = Open(ProxyScheme.Socks4, ["005A000000000000"], user: "me");
        Assert.True(connection.IsOpen);
        Assert.Equal("0401" + "01BB" + "C0000207" + "6D6500", _received.ToString());
    }

    [Fact]
    public void SOCKS_4_without_an_IPv4_address_is_told_nothing()
    {
        _network.AddHost("example.org", IPAddress.Parse("2001:db8::1"));
        using PollConnection connection = Open(ProxyScheme.Socks4, []);
        Assert.Contains("only be asked for an IPv4 address", connection.Fault.Describe(), StringComparison.Ordinal);
        Assert.Equal("", _received.ToString());
    }

    [Fact]
    public void SOCKS_4A_is_told_the_name()
    {
        using PollConnection connection = Open(ProxyScheme.Socks4a, ["005A000000000000"]);
        Assert.True(connection.IsOpen);
        Assert.Equal("0401" + "01BB" + "00000001" + "00" + "6578616D706C652E6F726700", _received.ToString());
    }

    [Theory, Trait("rule", "R-233")]
    [InlineData("015A000000000000", "not SOCKS 4")]
    [InlineData("005B000000000000", "it refused or could not connect")]
    [InlineData("005C000000000000", "identification service")]
    [InlineData("005D000000000000", "another user")]
    [InlineData("0001000000000000", "unknown code 1")]
    public void What_a_SOCKS_4_proxy_says_wrong_or_refuses_is_told(string reply, string text)
    {
        using PollConnection connection = Open(ProxyScheme.Socks4a, [reply]);
        Assert.Contains(text, connection.Fault.Describe(), StringComparison.Ordinal);
    }

    [Fact, Trait("fault", "F-41")]
    public void A_proxy_that_never_answers_runs_into_the_connect_timeout()
    {
        using PollConnection connection = Open(ProxyScheme.Socks5h, []);
        Assert.Equal((FaultKind.TimedOut, ConnectPhase.ProxyTunnel), (connection.Fault.Kind, connection.Fault.Phase));
    }

    /// <summary>Opens a connection through a proxy that answers each message with the next reply (hexadecimal; <c>!</c> closes).</summary>
    private PollConnection Open(ProxyScheme scheme, string[] replies, string host = "example.org", string? user = null, string? password = null)
    {
        Queue<string> answers = new(replies);
        _network.Listen(new IPEndPoint(IPAddress.Parse("10.0.0.9"), 1080), peer =>
        {
            _received.Append(Convert.ToHexString(peer.Received));
            peer.Consume(peer.Received.Length);
            if (answers.TryDequeue(out string? answer))
            {
                peer.Send(Convert.FromHexString(answer.TrimEnd('!')));
                if (answer.EndsWith('!'))
                {
                    peer.Close();
                }
            }
        });
        ProxySpec proxy = new() { Scheme = scheme, Host = "10.0.0.9", Port = 1080, UserName = user, Password = password };
        return ConnectDriver.Open(_network, new() { Host = host, Port = 443, Proxy = proxy });
    }
}
