using System.Text;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>The clock of a stalled send runs while the peer takes nothing, not while the application has nothing to send.</summary>
public sealed class SendClockTests
{
    private static readonly ExchangeOptions s_options = new() { Timeouts = { SendStall = TimeSpan.FromSeconds(30) } };

    [Fact]
    public void Content_that_comes_after_a_long_pause_has_the_whole_limit_to_leave()
    {
        Http1Connection connection = new(s_options);
        Instant time = Begin(connection, out ExchangeId exchange);

        time += TimeSpan.FromMinutes(5); // the application computes
        Assert.Equal(2, connection.Write(exchange, "ab"u8.ToArray()));
        connection.HandleDeadline(time);
        Assert.Equal(time + TimeSpan.FromSeconds(30), connection.Wants.Deadline);

        connection.HandleDeadline(time + TimeSpan.FromSeconds(29));
        Assert.Equal(EventKind.None, connection.Poll(time + TimeSpan.FromSeconds(29)).Kind);

        connection.HandleDeadline(time + TimeSpan.FromSeconds(30));
        Assert.Equal(EventKind.BodyReleased, connection.Poll(time + TimeSpan.FromSeconds(30)).Kind);
        Assert.Equal(EventKind.Faulted, connection.Poll(time + TimeSpan.FromSeconds(30)).Kind);
        Assert.Equal(TimerKind.SendStall, connection.Fault.Timer);
    }

    [Fact]
    public void Content_that_left_at_once_stops_the_clock()
    {
        Http1Connection connection = new(s_options);
        Instant time = Begin(connection, out ExchangeId exchange);

        connection.Write(exchange, "ab"u8.ToArray());
        connection.HandleDeadline(time);
        connection.AdvanceSent(connection.GetOutput().Length, time);
        Assert.Equal(Instant.Never, connection.Wants.Deadline);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Request_that_stalled_may_be_sent_again_only_where_none_of_it_had_left(int sent)
    {
        Http1Connection connection = new(s_options);
        Instant time = new(1_000_000);
        connection.Begin(new RequestHead { Authority = "h" }, ContentFraming.None, time);
        connection.HandleDeadline(time);
        Assert.False(connection.GetOutput().IsEmpty);
        connection.AdvanceSent(sent, time);

        time += TimeSpan.FromSeconds(30);
        connection.HandleDeadline(time);
        Assert.Equal(EventKind.Faulted, connection.Poll(time).Kind);
        Assert.Equal((TimerKind.SendStall, sent, sent == 0), (connection.Fault.Timer, connection.Fault.RequestBytesSent, connection.Fault.Retryable));
    }

    private static Instant Begin(Http1Connection connection, out ExchangeId exchange)
    {
        Instant time = new(1_000_000);
        RequestHead head = new() { Method = "POST", Target = "/", Authority = "h" };
        exchange = connection.Begin(head, ContentFraming.OfLength(4), time);
        connection.HandleDeadline(time);
        Assert.StartsWith("POST / HTTP/1.1\r\n", Encoding.ASCII.GetString(connection.GetOutput().FirstSpan), StringComparison.Ordinal);
        connection.AdvanceSent(connection.GetOutput().Length, time);
        Assert.Equal(EventKind.None, connection.Poll(time).Kind);
        return time;
    }
}
