using System.Net;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

[Trait("ask", "A-02")]
public class HappyEyeballsTests
{
    private const string Host = "example.org";
    private const int Port = 80;

    private static readonly IPAddress s_v6 = IPAddress.Parse("2001:db8::1");
    private static readonly IPAddress s_otherV6 = IPAddress.Parse("2001:db8::2");
    private static readonly IPAddress s_v4 = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress s_otherV4 = IPAddress.Parse("192.0.2.2");
    private static readonly ConnectionTarget s_target = new() { Host = Host, Port = Port };

    private readonly SimulatedNetwork _network = new();

    [Fact, Trait("rule", "R-236"), Trait("fault", "F-04")]
    public void An_address_without_answer_is_joined_by_one_of_the_other_family_after_250_ms()
    {
        _network.AddHost(Host, s_v6, s_otherV6, s_v4);
        _network.BlackHole(At(s_v6));
        _network.BlackHole(At(s_otherV6));
        Serve(s_v4);

        using PollConnection connection = ConnectDriver.Open(_network, s_target);

        Assert.Equal(ConnectPhase.Http, connection.Phase);
        Assert.Equal(At(s_v4), connection.RemoteEndPoint);
        Assert.Equal(TimeSpan.FromMilliseconds(250), _network.Clock.Elapsed);
        Assert.Equal(2, _network.TotalDials);
        Assert.Equal(1, _network.OpenTransports);
    }

    [Fact, Trait("rule", "R-236")]
    public void Families_take_turns_beginning_with_the_resolvers_first()
    {
        IPAddress[] addresses = [s_v6, s_otherV6, s_v4, s_otherV4];
        _network.AddHost(Host, addresses);
        using PollConnection connection = ConnectDriver.Open(_network, s_target);
        Assert.Equal([At(s_v6), At(s_v4), At(s_otherV6), At(s_otherV4)], connection.Fault.Attempts!.Select(a => a.EndPoint));
    }

    [Fact, Trait("rule", "R-237"), Trait("fault", "F-06")]
    public void When_all_addresses_refuse_the_failure_comes_at_once_and_names_each()
    {
        _network.AddHost(Host, s_v4, s_otherV4, s_v6);
        _network.Unreachable(At(s_v6));
        using PollConnection connection = ConnectDriver.Open(_network, s_target);
        Assert.Equal(FaultKind.ConnectFailed, connection.Fault.Kind);
        Assert.Equal(TimeSpan.Zero, _network.Clock.Elapsed);
        Assert.Equal(
            "Could not connect to example.org:80 (192.0.2.1:80: connection refused; [2001:db8::1]:80: network unreachable; "
            + "192.0.2.2:80: connection refused).",
            connection.Fault.Describe());
        Assert.Equal(0, _network.OpenTransports);
    }

    [Fact, Trait("fault", "F-07")]
    public void An_address_that_fails_is_followed_by_the_next_without_delay()
    {
        _network.AddHost(Host, s_v6, s_v4);
        _network.Unreachable(At(s_v6));
        Serve(s_v4);
        using PollConnection connection = ConnectDriver.Open(_network, s_target);
        Assert.Equal(At(s_v4), connection.RemoteEndPoint);
        Assert.Equal(TimeSpan.Zero, _network.Clock.Elapsed);
    }

    [Fact, Trait("rule", "R-236")]
    public void The_first_that_is_connected_wins_and_the_slower_one_is_closed()
    {
        _network.AddHost(Host, s_v6, s_v4);
        Serve(s_v6, TimeSpan.FromMilliseconds(400));
        Serve(s_v4, TimeSpan.FromMilliseconds(20));
        using PollConnection connection = ConnectDriver.Open(_network, s_target);
        Assert.Equal(At(s_v4), connection.RemoteEndPoint);
        Assert.Equal(TimeSpan.FromMilliseconds(270), _network.Clock.Elapsed);
        Assert.Equal(1, _network.OpenTransports);
    }

    [Fact, Trait("rule", "R-236")]
    public void A_slow_first_address_that_answers_in_time_stays_alone()
    {
        _network.AddHost(Host, s_v6, s_v4);
        Serve(s_v6, TimeSpan.FromMilliseconds(240));
        Serve(s_v4);
        using PollConnection connection = ConnectDriver.Open(_network, s_target);
        Assert.Equal(At(s_v6), connection.RemoteEndPoint);
        Assert.Equal(1, _network.TotalDials);
    }

    [Theory, Trait("rule", "R-236")]
    [InlineData(30, 30, true)] // in time: IPv6 is what waiting was for
    [InlineData(200, 50, false)] // too late: IPv4 has been connected to
    public void IPv4_addresses_wait_50_ms_for_IPv6_ones(int lateBy, int elapsed, bool usesV6)
    {
        _network.AddHostInTwoAnswers(Host, [s_v4], TimeSpan.FromMilliseconds(lateBy), [s_v6]);
        Serve(s_v4);
        Serve(s_v6);
        using PollConnection connection = ConnectDriver.Open(_network, s_target);
        Assert.Equal(At(usesV6 ? s_v6 : s_v4), connection.RemoteEndPoint);
        Assert.Equal(TimeSpan.FromMilliseconds(elapsed), _network.Clock.Elapsed);
        Assert.Equal(1, _network.TotalDials);
        Assert.Equal(0, _network.OpenLookups);
    }

    [Fact, Trait("rule", "R-236")]
    public void IPv6_addresses_are_used_while_the_rest_is_looked_up()
    {
        _network.AddHostInTwoAnswers(Host, [s_v6], TimeSpan.FromSeconds(5), [s_v4]);
        Serve(s_v6);
        using PollConnection connection = ConnectDriver.Open(_network, s_target);
        Assert.Equal(TimeSpan.Zero, _network.Clock.Elapsed);
        Assert.Equal(0, _network.OpenLookups);
    }

    [Fact, Trait("rule", "R-236")]
    public void Addresses_that_come_late_join_the_race()
    {
        _network.AddHostInTwoAnswers(Host, [s_v6], TimeSpan.FromSeconds(1), [s_v4]);
        _network.BlackHole(At(s_v6));
        Serve(s_v4);
        using PollConnection connection = ConnectDriver.Open(_network, s_target);
        Assert.Equal(At(s_v4), connection.RemoteEndPoint);
        Assert.Equal(TimeSpan.FromSeconds(1), _network.Clock.Elapsed);
    }

    [Fact, Trait("fault", "F-05")]
    public void When_nobody_answers_the_connect_timeout_ends_it_and_lists_the_attempts()
    {
        _network.AddHost(Host, s_v6, s_v4);
        _network.BlackHole(At(s_v6));
        _network.BlackHole(At(s_v4));
        using PollConnection connection = ConnectDriver.Open(_network, s_target, new() { ConnectTimeout = TimeSpan.FromSeconds(3) });
        Assert.Equal(FaultKind.TimedOut, connection.Fault.Kind);
        Assert.Equal(TimeSpan.FromSeconds(3), _network.Clock.Elapsed);
        Assert.Equal(
            "Could not connect to example.org:80 within the ConnectTimeout of 3 s ([2001:db8::1]:80: no answer; 192.0.2.1:80: no answer).",
            connection.Fault.Describe());
        Assert.Equal(0, _network.OpenTransports);
    }

    [Fact, Trait("fault", "F-02")]
    public void A_lookup_without_end_is_abandoned_at_the_connect_timeout()
    {
        _network.StallHost(Host);
        using PollConnection connection = ConnectDriver.Open(_network, s_target);
        Assert.Equal((FaultKind.TimedOut, ConnectPhase.Resolve), (connection.Fault.Kind, connection.Fault.Phase));
        Assert.Equal(0, _network.OpenLookups);
    }

    [Fact, Trait("fault", "F-10"), Trait("rule", "R-244"), Trait("past", "C-75")]
    public void A_handshake_that_stalls_ends_at_its_own_timeout()
    {
        _network.Listen(Host, 443, _ => { }, new ListenOptions { Tls = TlsBehaviour.NeverAnswers });
        using PollConnection connection = ConnectDriver.Open(
            _network, new() { Host = Host, Port = 443, Tls = new() }, new() { TlsHandshakeTimeout = TimeSpan.FromSeconds(4) });
        Assert.Equal((FaultKind.TimedOut, TimerKind.TlsHandshake), (connection.Fault.Kind, connection.Fault.Timer));
        Assert.Equal(TimeSpan.FromSeconds(4), _network.Clock.Elapsed);
        Assert.Equal(0, _network.OpenTransports);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(2001)]
    public void The_attempt_delay_is_10_ms_to_2_s(int milliseconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PollConnectionOptions { AttemptDelay = TimeSpan.FromMilliseconds(milliseconds) });

    [Fact]
    public void More_addresses_than_any_name_needs_are_left_out()
    {
        _network.AddHost(Host, [.. Enumerable.Range(0, 200).Select(i => new IPAddress([192, 0, 2, (byte)i]))]);
        using PollConnection connection = ConnectDriver.Open(_network, s_target);
        Assert.Equal(AddressCandidates.Capacity, connection.Fault.Attempts!.Count);
        Assert.EndsWith("; and 58 more).", connection.Fault.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void Closing_in_the_middle_of_a_race_leaves_nothing_open()
    {
        _network.AddHostInTwoAnswers(Host, [s_v6, s_otherV6], TimeSpan.FromHours(1), [s_v4]);
        _network.BlackHole(At(s_v6));
        _network.BlackHole(At(s_otherV6));
        PollConnection connection = new(_network, s_target, new() { ConnectTimeout = null });
        connection.Poll();
        _network.Advance(TimeSpan.FromMilliseconds(250));
        connection.Poll();
        Assert.Equal(2, _network.OpenTransports);
        Assert.Single(connection.Contenders);
        connection.Dispose();
        Assert.Empty(connection.Contenders);
        Assert.Equal((0, 0), (_network.OpenTransports, _network.OpenLookups));
    }

    private static IPEndPoint At(IPAddress address) => new(address, Port);

    private void Serve(IPAddress address, TimeSpan latency = default) =>
        _network.Listen(At(address), _ => { }, new ListenOptions { Link = new LinkOptions { Latency = latency } });
}
