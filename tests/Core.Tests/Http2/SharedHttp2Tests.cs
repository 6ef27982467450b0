using PollHttp.Core.Http2;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>Places on a shared connection: what one does is not seen by another.</summary>
public sealed class SharedHttp2Tests
{
    private static readonly RequestHead s_head = new() { Authority = "example.test" };

    [Fact, Trait("rule", "R2-033")]
    public void Promised_exchange_is_not_given_to_another_place()
    {
        Http2Driver driver = Http2Driver.Open(0);
        driver.Get();
        driver.Send().Receive(Http2Frame.Settings((3, 2)));
        SharedHttp2 shared = new(driver.Http);
        Http2Place first = shared.NewPlace(this);
        Http2Place second = shared.NewPlace(this);
        Assert.True(first.TryPromise());
        Assert.False(second.TryPromise());
        Assert.False(second.TryBegin(s_head, ContentFraming.None, driver.Now, null, out _));
        first.EndPromise();
        Assert.True(second.TryBegin(s_head, ContentFraming.None, driver.Now, null, out ExchangeId exchange));
        Assert.Equal(2, exchange.Value);
        Assert.False(first.TryPromise());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-035")]
    public void Place_that_is_refused_leaves_no_room_for_another_until_the_limit_grows()
    {
        Http2Driver driver = Http2Driver.Open(0);
        driver.Send().Receive(Http2Frame.Settings((3, 2)));
        SharedHttp2 shared = new(driver.Http);
        Http2Place first = shared.NewPlace(this);
        Assert.True(shared.NoteCapacity());
        Assert.True(first.TryPromise());
        driver.Receive(Http2Frame.Settings((3, 1))); // not recorded yet
        Assert.True(shared.HasRoom);

        Http2Place second = shared.NewPlace(this);
        Assert.False(second.TryPromise());
        second.Close();
        Assert.False(shared.HasRoom);

        driver.Receive(Http2Frame.Settings((3, 4)));
        Assert.True(shared.NoteCapacity());
        Assert.True(shared.HasRoom);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-059")]
    public void Promise_is_worth_nothing_after_GOAWAY()
    {
        Http2Driver driver = Http2Driver.Open();
        SharedHttp2 shared = new(driver.Http);
        Http2Place place = shared.NewPlace(this);
        Assert.True(place.TryPromise());
        driver.Receive(Http2Frame.GoAway(1, 0));
        Assert.False(place.TryBegin(s_head, ContentFraming.None, driver.Now, null, out _));
        Assert.Equal(0, shared.HasRoom ? 1 : 0);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-040")]
    public void Content_for_an_exchange_that_failed_meanwhile_is_not_taken()
    {
        Http2Driver driver = Http2Driver.Open(0);
        SharedHttp2 shared = new(driver.Http);
        Http2Place place = shared.NewPlace(this);
        ExchangeId exchange = place.Begin(new() { Method = "POST", Authority = "example.test" }, ContentFraming.Chunked, driver.Now);
        Assert.Equal(1, place.Write(exchange, "a"u8.ToArray()));
        driver.Send();
        driver.Http.CommitReceived(Fill(driver.Http, Http2Frame.Reset(1, 2)), driver.Now); // the place does not know of it
        Assert.Equal(0, place.Write(exchange, "b"u8.ToArray()));
        place.FinishBody(exchange);
        place.AbandonBody(exchange);
        Assert.Equal(EventKind.Faulted, place.Poll(driver.Now).Kind);
        place.Close();
        driver.Finish();

        static int Fill(Http2Connection http, Http2Frame frame)
        {
            byte[] octets = [.. Http2Frame.Settings().ToArray(), .. frame.ToArray()];
            octets.CopyTo(http.GetReceiveBuffer());
            return octets.Length;
        }
    }

    [Fact, Trait("rule", "R2-132")]
    public void Stream_of_a_place_that_gave_its_content_up_is_not_kept()
    {
        Http2Driver driver = Http2Driver.Open(0, null, null, (4, 1));
        SharedHttp2 shared = new(driver.Http);
        Http2Place place = shared.NewPlace(this);
        ExchangeId exchange = place.Begin(new() { Method = "POST", Authority = "example.test" }, ContentFraming.Chunked, driver.Now);
        Assert.Equal(3, place.Write(exchange, "abc"u8.ToArray()));
        place.Close();
        shared.TakeWoken([]);
        while (!driver.Http.GetOutput().IsEmpty)
        {
            driver.Http.AdvanceSent(driver.Http.GetOutput().Length, driver.Now);
        }

        shared.TakeWoken([]);
        driver.Http.SetClocks(driver.Now);
        Assert.Equal(0, driver.Http.HeldStreams);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-150")]
    public void Event_caused_by_a_flush_within_the_poll_of_its_place_is_not_lost()
    {
        Http2Driver driver = Http2Driver.Open(0);
        SharedHttp2 shared = new(driver.Http) { UnwatchedUntil = Instant.Never };
        Http2Place place = shared.NewPlace(this);
        ExchangeId exchange = place.Begin(new() { Method = "POST", Authority = "example.test" }, ContentFraming.Chunked, driver.Now);
        driver.Http.AdvanceSent(driver.Http.GetOutput().Length, driver.Now);
        Assert.Equal(3, place.Write(exchange, "abc"u8.ToArray()));
        shared.Changed = Flush; // as the host does when a timer was set
        Assert.Equal(EventKind.BodyReleased, place.Poll(driver.Now).Kind);
        Assert.Equal(EventKind.None, place.Poll(driver.Now).Kind);
        place.Close();
        driver.Finish();

        void Flush(Http2Place of)
        {
            driver.Http.AdvanceSent(driver.Http.GetOutput().Length, driver.Now);
            List<Http2Place> woken = [];
            shared.TakeWoken(woken);
            shared.UnwatchedUntil = driver.Http.NextDeadline;
            Assert.True(woken.Remove(of) || !woken.Contains(of));
        }
    }

    [Theory, Trait("rule", "R2-039")]
    [InlineData(true)]
    [InlineData(false)]
    public void Writer_of_a_content_learns_that_its_rest_is_not_wanted_after_the_response(bool isReset)
    {
        Http2Driver driver = Http2Driver.Open(0);
        ExchangeId exchange = driver.Post(ContentFraming.Chunked);
        driver.Send().Receive(Http2Frame.Headers(1, true, (":status", "200")));
        Assert.Equal("early; head 200; end", driver.TakeLog().Replace("head 200; early", "early; head 200", StringComparison.Ordinal));
        _ = isReset ? driver.Receive(Http2Frame.Reset(1, 0)) : driver.End();
        Assert.StartsWith("AvailabilityChanged", driver.TakeLog());
        Assert.Equal(SendState.Failed, new HttpExchange(driver.Http, exchange).SendState);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-132")]
    public void Place_that_is_closed_resets_its_exchange_alone_and_wakes_its_owner_no_more()
    {
        Http2Driver driver = Http2Driver.Open(0);
        SharedHttp2 shared = new(driver.Http);
        Http2Place first = shared.NewPlace("first");
        Http2Place second = shared.NewPlace("second");
        first.Begin(s_head, ContentFraming.None, driver.Now);
        second.Begin(s_head, ContentFraming.None, driver.Now);
        driver.Send();
        driver.Sent.Clear();
        first.Close();
        Assert.Equal(1, shared.Places);
        Assert.Equal("RST 1 8", driver.Send().TakeSent());
        byte[] answer = [.. Http2Frame.Headers(3, true, (":status", "204")).ToArray()];
        answer.CopyTo(driver.Http.GetReceiveBuffer());
        driver.Http.CommitReceived(answer.Length, driver.Now);
        List<Http2Place> woken = [];
        shared.TakeWoken(woken);
        Assert.Equal("second", Assert.Single(woken).Owner);
        Assert.Equal(EventKind.ResponseHead, second.Poll(driver.Now).Kind);
        Assert.Equal(EventKind.EndOfResponse, second.Poll(driver.Now).Kind);
        Assert.Equal(EventKind.None, second.Poll(driver.Now).Kind);
        driver.Finish();
    }
}
