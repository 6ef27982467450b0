using System.Text;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>The two clocks of a body, silence and slowness, and the marks at which reading stops.</summary>
public sealed class BodyClockTests
{
    private readonly ExchangeOptions _options = new() { Limits = { ReceiveHighWater = 1000, ReceiveLowWater = 300 }, Timeouts = { BodyIdle = TimeSpan.FromSeconds(5) } };
    private Http1Connection? _http;
    private ExchangeId _exchange;
    private Instant _now;

    [Fact]
    [Trait("rule", "R-252")]
    public void Silence_counts_only_while_the_peer_is_awaited()
    {
        Start("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");

        Wait(60); // the application has five bytes to read and takes its time
        Assert.Equal(Instant.Never, _http!.Wants.Deadline);

        _http.ConsumeBody(_exchange, 5);
        Drain();
        Wait(4);
        Assert.False(_http.Fault.Exists);
        Wait(1);
        Assert.Equal((FaultKind.TimedOut, TimerKind.BodyIdle, 5L), (_http.Fault.Kind, _http.Fault.Timer, _http.Fault.BytesReceived));
        Assert.Equal(TimeSpan.FromSeconds(5), _http.Fault.TimeLimit);
    }

    [Fact]
    [Trait("rule", "R-250")]
    public void Bytes_that_lay_there_while_nobody_polled_are_no_silence()
    {
        Start("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
        _now += TimeSpan.FromSeconds(60);
        _http!.HandleDeadline(_now);

        Receive("late, but it was here");

        Assert.False(_http.Fault.Exists);
        Assert.Equal(21, _http.Latest().Body.Length);
    }

    [Fact]
    [Trait("rule", "R-251")]
    [Trait("fault", "F-31")]
    public void A_drip_under_the_least_rate_fails_at_the_end_of_the_window_with_its_numbers()
    {
        _options.Limits.MinimumBytesPerSecond = 10;
        _options.Limits.MinimumRateWindow = TimeSpan.FromSeconds(20);
        Start("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");

        for (int i = 0; i < 19; i++)
        {
            Wait(1);
            Receive("x");
            ConsumeAll();
            Assert.False(_http!.Fault.Exists);
        }

        Wait(1);

        Fault fault = _http!.Fault;
        Assert.Equal((FaultKind.TimedOut, TimerKind.LowSpeed, 19L), (fault.Kind, fault.Timer, fault.BytesReceived));
        Assert.Equal(
            "The response body came too slowly for 20 s (Limits.MinimumBytesPerSecond), after 19 bytes (19 bytes came in that time, the limit asks for 200).",
            fault.Describe());
    }

    [Fact]
    [Trait("rule", "R-251")]
    [Trait("fault", "F-31")]
    public void A_slow_body_at_the_least_rate_goes_on()
    {
        _options.Limits.MinimumBytesPerSecond = 10;
        _options.Limits.MinimumRateWindow = TimeSpan.FromSeconds(2);
        Start("HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n");

        for (int i = 0; i < 60; i++)
        {
            Receive("0123456789");
            ConsumeAll();
            Wait(1);
        }

        Assert.False(_http!.Fault.Exists);
        Assert.True(_http.Latest().IsBodyReceived);
    }

    [Fact]
    [Trait("rule", "R-252")]
    public void The_time_an_application_takes_is_no_part_of_the_window()
    {
        _options.Limits.MinimumBytesPerSecond = 10;
        _options.Limits.MinimumRateWindow = TimeSpan.FromSeconds(2);
        Start("HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n");

        for (int i = 0; i < 5; i++)
        {
            Receive("0123456789");
            Wait(100);
            ConsumeAll();
        }

        Assert.False(_http!.Fault.Exists);
        Assert.Equal(_now + TimeSpan.FromSeconds(2), _http.Wants.Deadline);
    }

    [Fact]
    [Trait("rule", "R-251")]
    public void Enough_bytes_that_lay_there_at_the_end_of_the_window_count()
    {
        _options.Limits.MinimumBytesPerSecond = 10;
        _options.Limits.MinimumRateWindow = TimeSpan.FromSeconds(2);
        Start("HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n");
        _now += TimeSpan.FromSeconds(2);
        _http!.HandleDeadline(_now);

        Receive(new string('x', 20));
        ConsumeAll();
        Wait(1);

        Assert.False(_http.Fault.Exists);
    }

    [Fact]
    public void Reading_stops_at_the_high_water_mark_and_goes_on_under_the_low_one()
    {
        Start("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
        Receive(new string('x', 1000));

        Assert.False(_http!.Wants.Readable);
        Assert.True(_http.GetReceiveBuffer().IsEmpty);

        _http.ConsumeBody(_exchange, 699);
        Assert.False(_http.Wants.Readable);
        _http.ConsumeBody(_exchange, 1);
        Assert.True(_http.Wants.Readable);
    }

    [Fact]
    public void Examined_bytes_do_not_count_towards_the_high_water_mark()
    {
        Start("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
        Receive(new string('x', 1000));
        Assert.False(_http!.Wants.Readable);

        _http.ExamineBody(_exchange, 1000);
        Assert.True(_http.Wants.Readable);
        Receive(new string('y', 999));
        Assert.True(_http.Wants.Readable);
        Receive("z");
        Assert.False(_http.Wants.Readable);

        _http.ConsumeBody(_exchange, 2000);
        Assert.True(_http.Wants.Readable);
        Assert.Throws<ArgumentOutOfRangeException>(() => _http.ExamineBody(_exchange, 1));
    }

    [Fact]
    public void Whoever_has_examined_everything_awaits_the_peer()
    {
        Start("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nhello");
        _http!.ExamineBody(_exchange, 5);
        Drain();

        Assert.Equal(_now + TimeSpan.FromSeconds(5), _http.Wants.Deadline);
    }

    [Theory]
    [InlineData("end", FaultKind.TruncatedBody)]
    [InlineData("reset", FaultKind.ConnectionReset)]
    [InlineData("malformed", FaultKind.MalformedChunkSize)]
    [InlineData("silence", FaultKind.TimedOut)]
    [InlineData("slowness", FaultKind.TimedOut)]
    public void A_fault_is_reported_although_what_was_examined_is_kept(string way, FaultKind kind)
    {
        _options.Limits.MinimumBytesPerSecond = way == "slowness" ? 100 : null;
        _options.Timeouts.BodyIdle = way == "slowness" ? null : _options.Timeouts.BodyIdle;
        Start("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        _http!.ExamineBody(_exchange, 5);
        Assert.Equal(EventKind.None, _http.Poll(_now).Kind);
        switch (way)
        {
            case "end":
                _http.ReceiveEnd(EndKind.Clean);
                break;
            case "reset":
                _http.TransportFailed(TransportDirection.Receive, new TransportFailure(TransportError.Reset, null));
                break;
            case "malformed":
                Memory<byte> buffer = _http.GetReceiveBuffer();
                _http.CommitReceived(Encoding.Latin1.GetBytes("zz\r\n", buffer.Span), _now);
                break;
            default:
                _now += TimeSpan.FromSeconds(100);
                _http.HandleDeadline(_now);
                break;
        }

        Assert.Equal(EventKind.Faulted, _http.Poll(_now).Kind);
        Assert.Equal(kind, _http.Fault.Kind);
        Assert.Equal(EventKind.Closed, _http.Poll(_now).Kind);
        Assert.Equal(EventKind.None, _http.Poll(_now).Kind);
        Assert.Equal("hello", Encoding.Latin1.GetString(_http.Latest().BodySlice.Span));

        _http.ConsumeBody(_exchange, 2);
        Assert.Equal("llo", Encoding.Latin1.GetString(_http.Latest().BodySlice.Span));
        _http.ConsumeBody(_exchange, 3);
        Assert.Equal(0, _http.HeldMemory);
        Assert.Throws<InvalidOperationException>(() => _http.ConsumeBody(_exchange, 0));
    }

    [Fact]
    public void A_fault_waits_for_what_was_not_examined()
    {
        Start("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
        _http!.ExamineBody(_exchange, 3);
        _http.ReceiveEnd(EndKind.Clean);
        Assert.Equal(EventKind.None, _http.Poll(_now).Kind);

        _http.ConsumeBody(_exchange, 1);
        Assert.Equal(EventKind.None, _http.Poll(_now).Kind);
        _http.ExamineBody(_exchange, 4);
        Assert.Equal(EventKind.Faulted, _http.Poll(_now).Kind);
    }

    [Fact]
    public void Closing_while_a_slice_is_read_leaves_its_bytes_alone()
    {
        var pool = new SlabPool();
        Start("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello", pool);
        ReadOnlyMemory<byte> slice = _http!.Latest().BodySlice;

        _http!.Close(whileRead: true);
        byte[] next = pool.Rent(16 * 1024);
        next.AsSpan().Fill((byte)'!');

        Assert.Equal("hello", Encoding.Latin1.GetString(slice.Span));
        pool.Return(next);
        Assert.Equal(0, pool.Outstanding);
    }

    private void Start(string head, SlabPool? pool = null)
    {
        _http = new Http1Connection(_options, pool);
        _exchange = _http.Begin(new RequestHead { Authority = "example.test" }, ContentFraming.None, _now);
        _http.AdvanceSent(_http.GetOutput().Length, _now);
        Receive(head);
    }

    private void Receive(string text)
    {
        Memory<byte> buffer = _http!.GetReceiveBuffer();
        _http.CommitReceived(Encoding.Latin1.GetBytes(text, buffer.Span), _now);
        Drain();
    }

    private void ConsumeAll()
    {
        _http!.ConsumeBody(_exchange, _http.Latest().Body.Length);
        Drain();
    }

    private void Wait(int seconds)
    {
        _now += TimeSpan.FromSeconds(seconds);
        _http!.HandleDeadline(_now);
        Drain();
    }

    private void Drain()
    {
        while (_http!.Poll(_now).Kind != EventKind.None)
        {
        }
    }
}
