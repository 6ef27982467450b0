using PollHttp.Core.Http2;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>Streams: ids, states, resets of either side, GOAWAY (RFC 9113 §5, §6.4, §6.8).</summary>
public sealed class StreamRuleTests
{
    private static readonly byte[] s_content = new byte[10];

    private static Http2Frame Head(int stream, bool end = false) => Http2Frame.Headers(stream, end, (":status", "200"));

    [Fact, Trait("rule", "R2-021"), Trait("rule", "R2-028")]
    public void Block_of_a_canceled_stream_is_decoded_for_the_table()
    {
        Http2Driver driver = Http2Driver.Open(2);
        driver.Http.Abort(new(1));
        byte[] indexed = [0x88, 0x40, 1, (byte)'a', 1, (byte)'b'];
        driver.Receive(Http2Frame.Headers(1, true, indexed), Http2Frame.Headers(3, true, (byte[])[0x88, 0xBE]));
        Assert.Equal("2: head 200; 2: end", driver.Log);
        Assert.Equal("b", new HttpExchange(driver.Http, new(2)).ResponseHead.Headers["a"]);
        driver.Receive(Http2Frame.Headers(1, true, (byte[])[0xFF]));
        Assert.Equal("RST 1 8; GOAWAY 0 9", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-021")]
    public void Block_that_can_not_be_decoded_fails_the_connection()
    {
        Http2Driver driver = Http2Driver.Open();
        driver.Receive(Http2Frame.Headers(1, true, (byte[])[0x80]));
        Assert.Equal("fault ProtocolViolation 9", driver.Log);
        Assert.Equal("GOAWAY 0 9", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-022"), Trait("rule", "R2-063")]
    public void End_of_the_connection_fails_each_exchange_by_how_far_it_got()
    {
        Http2Driver driver = Http2Driver.Open(3);
        driver.Receive(Head(1), Http2Frame.Data(1, "abc"), Http2Frame.Headers(3, false, (":status", "103")));
        driver.End();
        Assert.Equal("head 200; body abc; fault TruncatedBody; 2: interim 103; 2: fault TruncatedHead; 3: fault ClosedBeforeResponse; closed", Sorted(driver.Log));
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-063"), Trait("fault", "F2-14")]
    public void End_after_GOAWAY_gives_its_code()
    {
        Http2Driver driver = Http2Driver.Open();
        driver.Receive(Http2Frame.GoAway(1, 2, "restart")).End();
        Assert.Equal("fault GoAway 2; closed", driver.Log);
        Assert.Contains("INTERNAL_ERROR (0x2)", driver.Http.Fault.Describe());
        Assert.Contains("restart", driver.Http.Fault.Describe());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-023")]
    public void Ids_are_odd_and_in_the_order_of_HEADERS()
    {
        Http2Driver driver = new();
        driver.Get();
        driver.Post(ContentFraming.Chunked);
        driver.Get();
        Assert.EndsWith("HEADERS 1 end; HEADERS 3; HEADERS 5 end", driver.Send().TakeSent());
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-026"), Trait("fault", "F2-30")]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Frame_after_END_STREAM_fails_the_connection_or_the_upload_alone(bool isData, bool isReleased)
    {
        Http2Frame late = isData ? Http2Frame.Data(1, "x") : Head(1);
        Http2Driver driver = Http2Driver.Open();
        driver.Receive(isReleased ? [Head(1, true)] : [Head(1, true), late]);
        if (isReleased)
        {
            driver.Http.Release(new(1));
            driver.Receive(late);
        }

        Assert.Equal("head 200; end", driver.Log);
        Assert.Equal("GOAWAY 0 5", driver.Send().TakeSent());
        driver.Finish();

        driver = Http2Driver.Open(0);
        ExchangeId id = driver.Post(ContentFraming.Chunked);
        driver.Send();
        driver.Receive(Head(1, true), late);
        driver.Sent.Clear();
        Assert.Equal("RST 1 5", driver.Send().TakeSent());
        Assert.Equal("head 200; early; end; AvailabilityChanged", driver.Log);
        Assert.Equal(SendState.Failed, new HttpExchange(driver.Http, id).SendState);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-027"), Trait("rule", "R2-032"), Trait("fault", "F2-08")]
    public void Frames_after_the_peers_reset_are_answered_once()
    {
        Http2Driver driver = Http2Driver.Open(2);
        driver.Receive(Http2Frame.Reset(1, 2), Http2Frame.Data(1, "x"), Http2Frame.Data(1, "x"), Head(1), Head(3, true));
        Assert.Equal("fault StreamReset 2; 2: head 200; 2: end", driver.Log);
        Assert.Equal("RST 1 5", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-029"), Trait("rule", "R2-031")]
    public void RST_WINDOW_UPDATE_and_PRIORITY_on_a_closed_stream_are_ignored()
    {
        Http2Driver driver = Http2Driver.Open();
        driver.Receive(Head(1, true), Http2Frame.Reset(1, 8), Http2Frame.WindowUpdate(1, 5), Http2Frame.WindowUpdate(1, int.MaxValue), Http2Frame.Reset(1, 0));
        Assert.Equal("head 200; end", driver.Log);
        Assert.Equal("", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-030")]
    public void Streams_closed_long_ago_are_ignored()
    {
        Http2Driver driver = Http2Driver.Open(0);
        for (int i = 0; i < 300; i++)
        {
            ExchangeId id = driver.Get();
            driver.Send().Receive(Head((2 * i) + 1, true));
            driver.Http.Release(id);
        }

        driver.TakeLog();
        driver.Sent.Clear();
        driver.Receive(Http2Frame.Data(1, "x"), Head(3));
        Assert.Equal("", driver.Log);
        driver.Receive(Http2Frame.Data(599, "x"));
        Assert.Equal("GOAWAY 0 5", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-033"), Trait("rule", "R2-034"), Trait("rule", "R2-035"), Trait("rule", "R2-036")]
    public void Exchanges_stay_within_the_limit_and_a_canceled_one_keeps_its_place_until_a_frame_comes()
    {
        Http2Driver driver = Http2Driver.Open(2, null, null, (3, 2));
        Assert.Equal(0, driver.Http.AvailableExchanges);
        driver.Http.Abort(new(1));
        Assert.Equal(0, driver.Http.AvailableExchanges);
        Assert.Equal("RST 1 8; PING AreYouOk", driver.Send().TakeSent());
        Assert.Equal(0, driver.Http.AvailableExchanges);
        driver.Receive(Http2Frame.Ping("AreYouOk"u8.ToArray(), ack: true));
        Assert.Equal(1, driver.Http.AvailableExchanges);
        driver.Receive(Http2Frame.Settings((3, 0)));
        Assert.Equal(0, driver.Http.AvailableExchanges);
        driver.Receive(Head(3, true));
        Assert.Equal("2: head 200; 2: end", driver.Log);
        Assert.Equal(0, driver.Http.AvailableExchanges);
        driver.Receive(Http2Frame.Settings((3, 1)));
        Assert.Equal(1, driver.Http.AvailableExchanges);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-034")]
    public void Exchange_that_takes_the_last_place_beside_canceled_ones_asks_the_peer_for_theirs()
    {
        Http2Driver driver = Http2Driver.Open(2, null, null, (3, 3));
        driver.Http.Abort(new(1));
        Assert.Equal("RST 1 8", driver.Send().TakeSent());
        driver.Get();
        Assert.Equal(0, driver.Http.AvailableExchanges);
        Assert.Equal("HEADERS 5 end; PING AreYouOk", driver.Send().TakeSent());
        driver.Receive(Http2Frame.Ping("AreYouOk"u8.ToArray(), ack: true));
        Assert.Equal(1, driver.Http.AvailableExchanges);
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-021"), Trait("rule", "R2-028")]
    [InlineData(false)]
    [InlineData(true)]
    public void Rest_of_a_block_whose_stream_is_canceled_in_the_middle_reaches_no_other_exchange(bool isTrailers)
    {
        Http2Driver driver = Http2Driver.Open();
        driver.Receive([.. isTrailers ? Head(1).ToArray() : [], .. new Http2Frame(Http2FrameType.Headers, Http2FrameFlags.EndStream, 1, (byte[])[0x88]).ToArray()[..^1]]);
        driver.Http.Abort(new(1));
        driver.Http.Release(new(1));
        driver.Send();
        driver.Get();
        driver.Send();
        byte[] field = [0x40, 1, (byte)'a', 1, (byte)'b'];
        driver.Receive([0x88, .. new Http2Frame(Http2FrameType.Continuation, Http2FrameFlags.EndHeaders, 1, field).ToArray()]);
        driver.TakeLog();
        driver.Receive(Http2Frame.Headers(3, true, (byte[])[0x88, 0xBE]));
        Assert.Equal("2: head 200; 2: end", driver.Log);
        Assert.Equal("a: b", string.Concat(new HttpExchange(driver.Http, new(2)).ResponseHead.Headers.Select(static f => $"{f.Name}: {f.Value}")));
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-037")]
    public void Failing_stream_disturbs_no_other()
    {
        Http2Driver driver = Http2Driver.Open(3);
        driver.Receive(Head(1), Head(3), Head(5), Http2Frame.Data(3, "abc"), Http2Frame.Headers(3, false, ("x", "y")), Http2Frame.Data(1, "one", true), Http2Frame.Data(5, "five", true));
        Assert.Equal("head 200; body one; end; 2: head 200; 2: body abc; 2: fault MalformedResponse 1; 3: head 200; 3: body five; 3: end", Sorted(driver.Log));
        Assert.Equal("RST 3 1", driver.Send().TakeSent());
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-039"), Trait("fault", "F2-11")]
    [InlineData(0u)]
    [InlineData(8u)]
    public void Reset_after_the_whole_response_ends_only_the_upload(uint code)
    {
        Http2Driver driver = Http2Driver.Open(0);
        ExchangeId id = driver.Post(ContentFraming.OfLength(1000));
        driver.Send().Http.Write(id, s_content);
        driver.Receive(Head(1), Http2Frame.Data(1, "no", true), Http2Frame.Reset(1, code));
        Assert.Equal("BodyReleased; head 200; early; body no; end; AvailabilityChanged", Sorted(driver.Log));
        Assert.Equal(0, driver.Http.OpenExchanges);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-040"), Trait("rule", "R2-041")]
    public void Reset_before_the_end_is_reported_behind_what_came()
    {
        Http2Driver driver = Http2Driver.Open();
        driver.IsLazy = true;
        driver.Receive(Head(1), Http2Frame.Data(1, "some"), Http2Frame.Reset(1, 0x12345678));
        Assert.Equal("head 200", driver.TakeLog());
        driver.Read(new(1));
        Assert.Equal($"body some; fault StreamReset {0x12345678}", driver.Log);
        Assert.Contains("error code 0x12345678", new HttpExchange(driver.Http, new(1)).Fault.Describe());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-059"), Trait("rule", "R2-060"), Trait("rule", "R2-061"), Trait("rule", "R2-065")]
    public void GOAWAY_lets_accepted_streams_end_and_says_which_were_not_processed()
    {
        Http2Driver driver = Http2Driver.Open(3);
        driver.Receive(Head(5), Http2Frame.GoAway(1, 0));
        Assert.Equal("3: head 200; 2: fault GoAway 0 unprocessed; 3: fault GoAway 0", driver.TakeLog());
        Assert.Equal(0, driver.Http.AvailableExchanges);
        Assert.True(driver.Http.CloseReasons.HasFlag(CloseReasons.GoAway));
        driver.Receive(Head(1), Http2Frame.Data(1, "yes", true));
        Assert.Equal("head 200; body yes; end", driver.TakeLog());
        Assert.Equal("GOAWAY 0 0", driver.Send().TakeSent());
        Assert.Equal("closed", driver.Log);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-062")]
    public void Graceful_GOAWAY_ends_nothing_and_a_later_one_may_lower_its_id()
    {
        Http2Driver driver = Http2Driver.Open(2);
        driver.Receive(Http2Frame.GoAway(int.MaxValue, 0));
        Assert.Equal("", driver.Log);
        Assert.Equal(0, driver.Http.AvailableExchanges);
        driver.Receive(Http2Frame.GoAway(1, 0), Http2Frame.GoAway(3, 0), Head(1, true));
        Assert.Equal("2: fault GoAway 0 unprocessed; head 200; end", driver.Log);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-064")]
    public void Debug_data_is_kept_as_far_as_it_is_visible()
    {
        Http2Driver driver = Http2Driver.Open();
        driver.Receive(Http2Frame.GoAway(0, 1, "a\r\nb\u001b[1m\u00ff" + new string('c', 5000)));
        string? detail = new HttpExchange(driver.Http, new(1)).Fault.Detail;
        Assert.StartsWith("ab[1mccc", detail);
        Assert.InRange(detail!.Length, 200, 256);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-127")]
    public void Refused_stream_is_unprocessed_unless_something_of_a_response_came()
    {
        Http2Driver driver = Http2Driver.Open(2);
        driver.Receive(Http2Frame.Reset(1, 7), Http2Frame.Headers(3, false, (":status", "103")), Http2Frame.Reset(3, 7));
        Assert.Equal("fault StreamReset 7 unprocessed; 2: interim 103; 2: fault StreamReset 7", driver.Log);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-127"), Trait("rule", "R2-128"), Trait("rule", "R2-006")]
    public void Refusal_beyond_a_limit_that_was_not_known_is_told_from_others()
    {
        Http2Driver driver = new();
        ExchangeId[] all = [driver.Get(), driver.Get(), driver.Get()];
        driver.Send().Receive(Http2Frame.Settings((3, 2)), Http2Frame.Reset(1, 7), Http2Frame.Reset(3, 7), Http2Frame.Reset(5, 7));
        Assert.Equal([false, false, true], all.Select(id => new HttpExchange(driver.Http, id).Fault.IsDisplacement));
        ExchangeId[] more = [driver.Get(), driver.Get()];
        driver.Send().Receive(Http2Frame.Settings((3, 0)), Http2Frame.Reset(7, 7), Http2Frame.Reset(9, 7));
        Assert.Equal([false, false], more.Select(id => new HttpExchange(driver.Http, id).Fault.IsDisplacement)); // none has the places
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-103"), Trait("rule", "R2-127")]
    [InlineData(0)]
    [InlineData(12)]
    public void When_nothing_more_can_be_sent_unsent_requests_fail_and_others_wait_no_longer_than_before(int sent)
    {
        Http2Driver driver = Http2Driver.Open(1, new ConnectionTimeouts { ResponseHead = TimeSpan.FromSeconds(2) });
        ExchangeId unsent = driver.Get();
        driver.Send(sent).PassTime(TimeSpan.FromSeconds(1.5));
        driver.Http.TransportFailed(TransportDirection.Send, default);
        driver.Send();
        Assert.Equal("2: fault ConnectionReset unprocessed", driver.TakeLog());
        Assert.True(new HttpExchange(driver.Http, unsent).Fault.Retryable);
        driver.PassTime(TimeSpan.FromSeconds(0.6)).Receive(Http2Frame.Ping(new byte[8], ack: true));
        Assert.Equal("fault TimedOut; closed", driver.TakeLog());
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-025")]
    [InlineData(false)]
    [InlineData(true)]
    public void Stream_is_idle_until_some_of_its_request_has_left(bool withHeaders)
    {
        Http2Driver driver = Http2Driver.Open();
        driver.Get();
        driver.Receive(withHeaders ? Head(3, true) : Http2Frame.Reset(3, 7));
        Assert.Equal("fault ProtocolViolation 1; 2: fault ProtocolViolation 1 unprocessed", driver.Log);
        Assert.Equal("GOAWAY 0 1", driver.Send().TakeSent()); // and not the second request
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-103"), Trait("rule", "R2-127")]
    public void Request_that_is_still_sent_after_its_stream_failed_is_not_taken_for_unprocessed()
    {
        Http2Driver driver = Http2Driver.Open(0, new ConnectionTimeouts { SendStall = TimeSpan.FromSeconds(9) }, (4, 0));
        ExchangeOptions hasty = new() { Timeouts = new() { SendStall = TimeSpan.FromSeconds(1) } };
        ExchangeId id = driver.Http.Begin(new RequestHead { Method = "PUT", Target = "/", Authority = "example.test" }, ContentFraming.OfLength(4), driver.Now, hasty);
        Assert.Equal(4, driver.Http.Write(id, "abcd"u8.ToArray()));
        driver.PassTime(TimeSpan.FromSeconds(0.5)).PassTime(TimeSpan.FromSeconds(1.5));
        driver.Receive(Http2Frame.Ping(new byte[8], ack: true));
        Fault fault = new HttpExchange(driver.Http, id).Fault;
        Assert.Equal((FaultKind.TimedOut, false, false), (fault.Kind, fault.Unprocessed, fault.Retryable));
        Assert.Equal("HEADERS 1; RST 1 8", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-132"), Trait("rule", "R2-103"), Trait("rule", "R2-133")]
    public void Abort_resets_the_stream_once_and_not_after_its_end()
    {
        Http2Driver driver = Http2Driver.Open(2);
        driver.Receive(Head(1), Http2Frame.Data(1, "x"), Head(3, true));
        driver.Http.Abort(new(1));
        driver.Http.Abort(new(2));
        Assert.Throws<InvalidOperationException>(() => driver.Http.Abort(new(1)));
        Assert.Equal("RST 1 8", driver.Send().TakeSent());
        ExchangeId unsent = driver.Get();
        driver.Http.Abort(unsent);
        Assert.Equal("HEADERS 5 end; RST 5 8", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-079"), Trait("rule", "R2-132")]
    public void Abort_takes_out_what_was_not_begun_and_releases_the_memory_at_once()
    {
        Http2Driver driver = Http2Driver.Open(0);
        ExchangeId first = driver.Post(ContentFraming.OfLength(60_000));
        ExchangeId second = driver.Post(ContentFraming.OfLength(60_000));
        byte[] content = new byte[60_000];
        driver.Http.Write(first, content);
        driver.Http.Write(second, content);
        driver.Http.FinishBody(second);
        driver.Send(30 + 9 + 9 + 100); // both heads, and a part of the first frame
        driver.Http.Abort(first);
        driver.Drain();
        Assert.Equal("BodyReleased", driver.TakeLog());
        Array.Fill(content, (byte)1);
        driver.Sent.Clear();
        driver.Send();
        Assert.Equal("DATA 1 16384", driver.Sent[0]);
        Assert.Contains("RST 1 8", driver.Sent);
        Assert.Equal(49_151, driver.Sent.Where(static f => f.StartsWith("DATA 3", StringComparison.Ordinal)).Sum(static f => int.Parse(f.Split(' ')[2])));
        driver.Finish();
    }

    [Fact]
    public void Misuse_changes_nothing()
    {
        Http2Driver driver = Http2Driver.Open();
        Assert.Throws<InvalidOperationException>(() => driver.Http.Write(new(1), s_content));
        Assert.Throws<InvalidOperationException>(() => driver.Http.FinishBody(new(1)));
        Assert.Throws<InvalidOperationException>(() => driver.Http.AbandonBody(new(1)));
        Assert.Throws<InvalidOperationException>(() => driver.Http.Release(new(1)));
        Assert.Throws<InvalidOperationException>(() => driver.Http.ConsumeBody(new(7), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => driver.Http.ConsumeBody(new(1), 1));
        Assert.Throws<InvalidOperationException>(() => driver.Http.TakeTunnel());
        driver.Receive(Head(1, true));
        Assert.Equal("head 200; end", driver.Log);
        driver.Http.Release(new(1));
        Assert.Throws<InvalidOperationException>(() => new HttpExchange(driver.Http, new(1)).ResponseHead);
        Assert.Equal(ReceiveState.Closed, new HttpExchange(driver.Http, new(1)).ReceiveState);
        driver.Finish();
    }

    private static string Sorted(string log) => string.Join("; ", log.Split("; ").OrderBy(static e => e == "closed" ? 9 : char.IsDigit(e[0]) && e[1] == ':' ? e[0] - '0' : 1));

    [Theory, Trait("rule", "R2-130")]
    [InlineData(0, "GOAWAY 0 6")]
    [InlineData(1, "HEADERS 3 end; GOAWAY 0 6")]
    public void Request_that_is_told_to_be_unsent_when_the_connection_fails_is_not_sent(int sent, string frames)
    {
        Http2Driver driver = Http2Driver.Open();
        ExchangeId id = driver.Get();
        driver.Send(sent);
        driver.Receive(new Http2Frame(Http2FrameType.Ping, Http2FrameFlags.None, 0, new byte[7]));
        Assert.Equal(sent, new HttpExchange(driver.Http, id).RequestBytesSent);
        Assert.Equal(frames, driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-022"), Trait("rule", "R2-103")]
    public void Many_requests_that_were_canceled_unsent_are_taken_out_in_one_pass()
    {
        // One by one, 80,000 frames would not be taken out within the test's time.
        Http2Driver driver = Http2Driver.Open(2);
        driver.Receive(Http2Frame.Ping("12345678"u8.ToArray()));
        driver.Http.Abort(new(1));
        for (int i = 0; i < 40_000; i++)
        {
            ExchangeId id = driver.Get();
            driver.Http.Abort(id);
            driver.Http.Release(id);
            if (i == 20_000)
            {
                driver.Receive(Http2Frame.Ping("abcdefgh"u8.ToArray()));
                driver.Http.Abort(new(2));
            }
        }

        driver.Receive(new Http2Frame(Http2FrameType.Data, Http2FrameFlags.None, 0, default));
        Assert.Equal("PING ack 12345678; RST 1 8; PING ack abcdefgh; RST 3 8; GOAWAY 0 1", driver.Send().TakeSent());
        driver.Finish();
    }
}
