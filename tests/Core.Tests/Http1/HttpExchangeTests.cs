using System.Net;
using System.Text;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>What is asked of one exchange, by its id: on HTTP/1 of the one under way, or of the last until it is released.</summary>
public sealed class HttpExchangeTests
{
    private const string Final = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nT: 1\r\n\r\n";

    private readonly Http1Connection _http = new();

    [Fact]
    public void A_connection_says_its_protocol_and_how_many_exchanges_are_open()
    {
        HttpConnection http = HttpConnectionFactory.CreateHttp1();
        Assert.Equal((HttpVersion.Version11, 1, 0), (http.Protocol, http.AvailableExchanges, http.OpenExchanges));

        http.Begin(new RequestHead { Authority = "example.test" }, ContentFraming.None, default);
        Assert.Equal((0, 1), (http.AvailableExchanges, http.OpenExchanges));

        http.Close();
        Assert.Equal((0, 0), (http.AvailableExchanges, http.OpenExchanges));
    }

    [Fact]
    public void An_exchange_that_is_over_can_be_read_until_the_next_one_begins()
    {
        HttpExchange first = Begin();
        Receive(Final);
        Finish(first);

        Assert.Equal((SendState.Done, ReceiveState.Done, true), (first.SendState, first.ReceiveState, first.IsBodyReceived));
        Assert.Equal((200, "1", 5L), (first.ResponseHead.StatusCode, first.Trailers[0].Value, first.BodyBytesReceived));
        Assert.NotEqual(0, first.RequestBytesSent);
        Assert.NotEqual(Instant.Never, first.Times.LastByte);

        HttpExchange second = Begin();
        AssertGone(first);
        Assert.Equal((SendState.Done, ReceiveState.Head), (second.SendState, second.ReceiveState));
    }

    [Fact]
    public void Nothing_is_left_of_a_released_exchange()
    {
        HttpExchange exchange = Begin();
        Receive(Final);
        Finish(exchange);

        _http.Release(exchange.Id);
        AssertGone(exchange);
        _http.Release(exchange.Id);
        Assert.Equal(1, _http.AvailableExchanges);
    }

    [Fact]
    public void An_exchange_under_way_can_not_be_released()
    {
        HttpExchange exchange = Begin();
        Receive(Final);

        Assert.Throws<InvalidOperationException>(() => _http.Release(exchange.Id));
        Assert.Equal(200, exchange.ResponseHead.StatusCode);
    }

    [Fact]
    public void A_fault_is_that_of_the_exchange_that_failed()
    {
        HttpExchange first = Begin();
        Receive(Final);
        Finish(first);
        HttpExchange second = Begin();
        Receive("nonsense\r\n");

        Assert.Equal((FaultKind.None, FaultKind.MalformedStatusLine), (first.Fault.Kind, second.Fault.Kind));
        Assert.Equal(FaultKind.MalformedStatusLine, _http.Fault.Kind);
    }

    [Fact]
    public void Limits_given_to_begin_are_those_of_that_exchange()
    {
        HttpExchange first = Begin(new() { Limits = { BodyBytes = 4, ChunkExtensionLineBytes = 0 } });
        Receive("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfour");
        Finish(first);

        HttpExchange second = Begin();
        Receive(Final);
        Finish(second);

        HttpExchange third = Begin(new() { Limits = { BodyBytes = 4 } });
        Receive(Final);
        Assert.Equal((FaultKind.BodyTooLarge, 4L), (third.Fault.Kind, third.Fault.BytesExpected));
    }

    [Fact]
    public void A_head_refused_by_the_limits_of_its_exchange_changes_nothing()
    {
        Assert.Throws<ArgumentException>(() => Begin(new() { Limits = { RequestHeadBytes = 10 } }));
        Assert.Equal((1, 0), (_http.AvailableExchanges, _http.OpenExchanges));
        Begin();
    }

    [Fact]
    public void The_room_to_write_is_what_is_left_under_the_high_water_mark()
    {
        HttpExchange exchange = Begin(new() { Limits = { SendHighWater = 100 } }, ContentFraming.OfLength(1000));
        Assert.Equal(100, exchange.WriteRoom);
        _http.Write(exchange.Id, new byte[60]);
        Assert.Equal(40, exchange.WriteRoom);
        _http.Write(exchange.Id, new byte[90]);
        Assert.Equal(0, exchange.WriteRoom);
        _http.AdvanceSent(70, default);
        Assert.Equal(20, exchange.WriteRoom);
    }

    [Fact]
    public void Nothing_can_be_written_before_a_100_and_after_the_end()
    {
        RequestHead head = new() { Method = "POST", Authority = "example.test" };
        head.Headers.Add("Expect", "100-continue");
        HttpExchange exchange = new(_http, _http.Begin(head, ContentFraming.OfLength(5), default));
        _http.AdvanceSent(_http.GetOutput().Length, default);
        Assert.Equal(0, exchange.WriteRoom);

        Receive("HTTP/1.1 100 Continue\r\n\r\n");
        Assert.NotEqual(0, exchange.WriteRoom);
        _http.Write(exchange.Id, "hello"u8.ToArray());
        _http.FinishBody(exchange.Id);
        Assert.Equal(0, exchange.WriteRoom);
    }

    [Fact]
    public void After_a_refused_write_the_room_for_the_next_is_reported_once()
    {
        HttpExchange exchange = Begin(new() { Limits = { SendHighWater = 100 } }, ContentFraming.OfLength(1000));
        _http.Write(exchange.Id, new byte[100]);
        Assert.Equal(0, _http.Write(exchange.Id, new byte[100]));
        Assert.Equal(EventKind.None, _http.Poll(default).Kind);

        _http.AdvanceSent(50, default);
        Assert.Equal(new(EventKind.WriteReady, exchange.Id), _http.Poll(default));
        Assert.Equal(EventKind.None, _http.Poll(default).Kind);
    }

    [Fact]
    public void Room_that_no_write_was_refused_for_is_not_reported()
    {
        HttpExchange exchange = Begin(new() { Limits = { SendHighWater = 100 } }, ContentFraming.OfLength(1000));
        _http.Write(exchange.Id, new byte[150]);
        _http.AdvanceSent(100, default);
        Assert.Equal(EventKind.None, _http.Poll(default).Kind);
    }

    [Fact]
    public void Memory_released_late_is_reported_of_the_exchange_it_was_written_for()
    {
        HttpExchange first = Begin(null, ContentFraming.OfLength(5));
        _http.Write(first.Id, "hello"u8.ToArray());
        _http.FinishBody(first.Id);
        Receive("HTTP/1.1 204 No Content\r\n\r\n");
        while (_http.Poll(default).Kind != EventKind.None)
        {
        }

        _http.AdvanceSent(_http.GetOutput().Length, default); // the exchange is over with its last byte, before anybody polls
        HttpExchange second = Begin(null, ContentFraming.OfLength(5));
        _http.Write(second.Id, "hello"u8.ToArray());

        Assert.Equal(new(EventKind.BodyReleased, first.Id), _http.Poll(default));
        Assert.Equal(EventKind.None, _http.Poll(default).Kind);
        _http.AdvanceSent(_http.GetOutput().Length, default);
        Assert.Equal(new(EventKind.BodyReleased, second.Id), _http.Poll(default));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Only_a_fault_before_anything_was_sent_says_that_nothing_was_processed(bool isSent)
    {
        HttpExchange exchange = new(_http, _http.Begin(new RequestHead { Authority = "example.test" }, ContentFraming.None, default));
        _http.AdvanceSent(isSent ? 1 : 0, default);
        _http.ReceiveEnd(EndKind.Clean);
        Assert.Equal(EventKind.Faulted, _http.Poll(default).Kind);
        Assert.Equal((!isSent, null), (exchange.Fault.Unprocessed, exchange.Fault.ErrorCode));
    }

    private HttpExchange Begin(ExchangeOptions? options = null, ContentFraming content = default)
    {
        string method = content == ContentFraming.None ? "GET" : "POST";
        HttpExchange begun = new(_http, _http.Begin(new RequestHead { Method = method, Authority = "example.test" }, content, default, options));
        _http.AdvanceSent(_http.GetOutput().Length, default);
        return begun;
    }

    private void Receive(string text)
    {
        _http.CommitReceived(Encoding.ASCII.GetBytes(text, _http.GetReceiveBuffer().Span), default);
        while (_http.Poll(default).Kind is not (EventKind.None or EventKind.Closed))
        {
        }
    }

    private void Finish(HttpExchange exchange)
    {
        Assert.Equal(FaultKind.None, exchange.Fault.Kind);
        _http.ConsumeBody(exchange.Id, exchange.Body.Length);
        Assert.Equal(new(EventKind.EndOfResponse, exchange.Id), _http.Poll(default));
    }

    private static void AssertGone(HttpExchange exchange)
    {
        Assert.Equal((SendState.Closed, ReceiveState.Closed), (exchange.SendState, exchange.ReceiveState));
        Assert.Equal((0L, 0L, 0L, false), (exchange.BodyBytesReceived, exchange.RequestBytesSent, exchange.WriteRoom, exchange.IsBodyReceived));
        Assert.True(exchange.Body.IsEmpty && exchange.BodySlice.IsEmpty && exchange.Trailers.Count == 0 && !exchange.Fault.Exists);
        Assert.Equal(new ExchangeTimes(), exchange.Times);
        Assert.Throws<InvalidOperationException>(() => exchange.ResponseHead);
        Assert.Throws<InvalidOperationException>(() => exchange.DetachResponseHead());
    }
}
