using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>Bytes out of turn: before, between and after exchanges. They must never answer a request.</summary>
public sealed class StrayBytesTests
{
    private const string Response = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private const string Poison = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";

    [Theory]
    [Trait("rule", "R-009")]
    [Trait("rule", "R-110")]
    [Trait("rule", "R-114")]
    [Trait("past", "C-56")]
    [InlineData(Poison)]
    [InlineData("HTTP/1.1 408 Request Timeout\r\n\r\n")]
    [InlineData("\r\n")]
    [InlineData("\n")]
    [InlineData("x")]
    public void Bytes_on_an_idle_connection_condemn_it_and_are_dropped(string bytes)
    {
        foreach (bool used in new[] { false, true })
        {
            var driver = new Driver();
            if (used)
            {
                driver.CompleteOne();
            }

            Http1Connection http = driver.Http;
            Memory<byte> room = http.GetReceiveBuffer();
            http.CommitReceived(System.Text.Encoding.Latin1.GetBytes(bytes, room.Span), driver.Now);

            Assert.Equal(0, http.AvailableExchanges); // known before anybody polls
            Assert.Throws<InvalidOperationException>(() => http.Begin(new RequestHead(), ContentFraming.None, driver.Now));
            Assert.Equal(EventKind.Closed, http.Poll(driver.Now).Kind);
            Assert.Equal((CloseReasons.BytesWhileIdle, Wants.Nothing), (http.CloseReasons, http.Wants));
            Assert.False(http.Fault.Exists);
            Assert.Equal(0, http.HeldMemory);
        }
    }

    [Theory]
    [Trait("rule", "R-110")]
    [Trait("rule", "R-114")]
    [InlineData(EndKind.Clean)]
    [InlineData(EndKind.NoCloseNotify)]
    public void An_end_on_an_idle_connection_is_no_fault(EndKind kind)
    {
        var driver = new Driver();
        driver.CompleteOne();
        driver.Http.ReceiveEnd(kind);

        Assert.Equal(0, driver.Http.AvailableExchanges);
        Assert.Equal("closed (ServerAsked)", driver.Finish().Log);
    }

    [Fact]
    [Trait("rule", "R-110")]
    public void A_reset_on_an_idle_connection_is_no_fault()
    {
        var driver = new Driver();
        driver.CompleteOne();
        driver.Http.TransportFailed(TransportDirection.Receive, new(TransportError.Reset, null));

        Assert.Equal(0, driver.Http.AvailableExchanges);
        Transcript transcript = driver.Finish();
        Assert.Equal("closed (ServerAsked)", transcript.Log);
        Assert.False(transcript.Fault.Exists);
    }

    [Theory]
    [Trait("rule", "R-111")]
    [Trait("fault", "F-35")]
    [Trait("past", "C-56")]
    [InlineData(Response + Poison, "head 200; body hello; end; closed (BytesWhileIdle)")]
    [InlineData(Response + "\r\n", "head 200; body hello; end; closed (BytesWhileIdle)")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + Poison, "head 200; end; closed (BytesWhileIdle)")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n\r\n", "head 200; end; closed (BytesWhileIdle)")]
    public void Bytes_after_a_response_leave_it_valid_and_close_the_connection(string bytes, string log) => Exchange.Get(bytes).Logs(log);

    [Fact]
    [Trait("rule", "R-111")]
    public void Bytes_after_a_response_whose_request_is_still_being_sent_close_the_connection_too()
    {
        var driver = new Driver();
        driver.Http.Begin(new RequestHead { Method = "POST", Authority = "example.test" }, ContentFraming.Chunked, driver.Now);
        _ = driver.Send();
        Memory<byte> room = driver.Http.GetReceiveBuffer();
        driver.Http.CommitReceived(System.Text.Encoding.Latin1.GetBytes("HTTP/1.1 204 X\r\n\r\n" + Poison, room.Span), driver.Now);
        List<EventKind> kinds = [];
        for (EventKind kind = driver.Http.Poll(driver.Now).Kind; kind != EventKind.None; kind = driver.Http.Poll(driver.Now).Kind)
        {
            kinds.Add(kind);
        }

        Assert.Equal([EventKind.ResponseHead, EventKind.FinalHeadBeforeBodyEnd, EventKind.EndOfResponse], kinds);
        Assert.Equal(CloseReasons.BytesAfterResponse, driver.Http.CloseReasons);
        Assert.Equal(0, driver.Http.AvailableExchanges);
        driver.Http.Close();
    }

    [Theory]
    [Trait("rule", "R-112")]
    [Trait("past", "C-56")]
    [InlineData(false)]
    [InlineData(true)]
    public void Bytes_before_any_of_the_request_was_sent_fail_it_and_it_may_be_retried(bool used)
    {
        var driver = new Driver();
        if (used)
        {
            driver.CompleteOne();
        }

        Http1Connection http = driver.Http;
        http.Begin(new RequestHead { Authority = "example.test" }, ContentFraming.None, driver.Now);
        Memory<byte> room = http.GetReceiveBuffer();
        http.CommitReceived(System.Text.Encoding.Latin1.GetBytes(Poison, room.Span), driver.Now);

        Assert.Equal(EventKind.Faulted, http.Poll(driver.Now).Kind);
        Assert.Equal((FaultKind.UnsolicitedBytes, true, 0L), (http.Fault.Kind, http.Fault.Retryable, http.Fault.RequestBytesSent));
        Assert.True(http.GetOutput().IsEmpty);
        Assert.Equal(EventKind.Closed, http.Poll(driver.Now).Kind);
    }

    [Fact]
    [Trait("past", "C-56")]
    public void No_response_is_ever_that_of_another_request()
    {
        // An attacker sends a spare response before, between and after; every request sees its own or fails.
        foreach (int at in Enumerable.Range(0, 3))
        {
            var driver = new Driver();
            if (at == 0)
            {
                driver.Receive(Poison);
            }
            else
            {
                driver.Begin(new RequestHead { Authority = "example.test" });
                driver.Receive(at == 1 ? Response + Poison : Response);
                if (at == 2)
                {
                    driver.Receive(Poison);
                }
            }

            Assert.Equal(0, driver.Http.AvailableExchanges);
            Assert.Throws<InvalidOperationException>(() => driver.Http.Begin(new RequestHead(), ContentFraming.None, driver.Now));
            Assert.DoesNotContain("evil", driver.Log, StringComparison.Ordinal);
        }
    }
}
