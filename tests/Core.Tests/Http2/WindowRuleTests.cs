using PollHttp.Core.Http2;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>The receive windows (RFC 9113 §5.2, §6.9), memory, floods (§10.5) and clocks.</summary>
public sealed class WindowRuleTests
{
    private static Http2Frame Head(int stream) => Http2Frame.Headers(stream, false, (":status", "200"));

    [Fact, Trait("rule", "R2-071")]
    public void More_than_granted_fails_the_stream_or_the_connection()
    {
        Http2Driver driver = Http2Driver.Open();
        driver.IsLazy = true;
        driver.Receive(Head(1));
        for (int i = 0; i < 4; i++)
        {
            driver.Receive(Http2Frame.Data(1, new byte[16_384]));
        }

        driver.Read(new(1));
        Assert.Equal("head 200; body 49152 bytes; fault ProtocolViolation 3", driver.Log);
        Assert.Equal("RST 1 3", driver.Send().TakeSent());
        driver.Finish();

        driver = Http2Driver.Open(2, null, new Http2Options { ReceiveBudget = 131_070 });
        driver.IsLazy = true;
        driver.Http.Abort(new(1)); // what comes for it counts only once it is given back, at an eighth
        driver.Receive(Head(3));
        driver.Receive(Http2Frame.Data(3, new byte[16_384]));
        Assert.Equal(1, driver.Http.OpenExchanges);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-073")]
    public void Credit_of_the_connection_is_given_on_receipt_by_eighths_of_its_window()
    {
        Http2Driver driver = Http2Driver.Open(2, null, new Http2Options { ReceiveBudget = 160_000 });
        driver.IsLazy = true;
        driver.Receive(Head(1), Http2Frame.Data(1, new byte[10_000]), Http2Frame.Data(1, new byte[9_999]));
        Assert.Equal("", driver.Send().TakeSent());
        driver.Receive(Http2Frame.Data(1, new byte[1]));
        Assert.Equal("WINDOW 0 20000", driver.Send().TakeSent()); // although nothing was read
        driver.Receive(Head(3), Http2Frame.Data(3, new byte[16_000]), Http2Frame.Data(1, new byte[16_000]));
        Assert.Equal("WINDOW 0 32000", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-070"), Trait("rule", "R2-077"), Trait("rule", "R2-090"), Trait("fault", "F2-26"), Trait("fault", "F2-27")]
    public void Every_octet_of_DATA_comes_back_as_credit_of_the_connection()
    {
        Http2Driver driver = Http2Driver.Open(2, null, new Http2Options { ReceiveBudget = 131_072 });
        driver.Http.Abort(new(1));
        driver.Receive(Head(3));
        long sent = 0;
        for (int i = 0; i < 200; i++)
        {
            Http2Frame padded = new(Http2FrameType.Data, Http2FrameFlags.Padded, i % 2 == 0 ? 1 : 3, (byte[])[255, .. new byte[255 + 500]]);
            sent += padded.Payload.Length;
            driver.Receive(padded);
        }

        driver.Send();
        long returned = driver.Sent.Where(static f => f.StartsWith("WINDOW 0 ", StringComparison.Ordinal)).Sum(static f => long.Parse(f.Split(' ')[2]));
        Assert.InRange(sent - returned, 0, 131_072 / 8);
        long ofStream = driver.Sent.Where(static f => f.StartsWith("WINDOW 3 ", StringComparison.Ordinal)).Sum(static f => long.Parse(f.Split(' ')[2]));
        Assert.InRange((sent / 2) - ofStream, 0, 65_535 / 4);
        Assert.DoesNotContain(driver.Sent, static f => f.StartsWith("WINDOW 1 ", StringComparison.Ordinal));
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-072"), Trait("rule", "R2-074"), Trait("rule", "R2-076"), Trait("fault", "F2-24")]
    public void Slow_reader_gets_no_more_credit_and_keeps_up_no_other()
    {
        Http2Driver driver = Http2Driver.Open(2);
        driver.IsLazy = true;
        driver.Receive(Head(1), Head(3));
        for (int i = 0; i < 3; i++)
        {
            driver.Receive(Http2Frame.Data(1, new byte[16_384]));
        }

        driver.Receive(Http2Frame.Data(1, new byte[16_383]));
        Assert.Equal("", driver.Send().TakeSent());
        Assert.True(driver.Http.Wants.Readable);
        long received = 0;
        for (int i = 0; i < 400; i++)
        {
            driver.Receive(Http2Frame.Data(3, new byte[16_384]));
            received += 16_384;
            driver.Read(new(2));
        }

        driver.Send();
        Assert.Equal(0, driver.Sent.Count(static f => f.StartsWith("WINDOW 1", StringComparison.Ordinal)));
        Assert.InRange(driver.Sent.Where(static f => f.StartsWith("WINDOW 3", StringComparison.Ordinal)).Sum(static f => long.Parse(f.Split(' ')[2])), received, long.MaxValue);
        driver.Sent.Clear();
        driver.Read(new(1));
        Assert.StartsWith("WINDOW 1 ", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-075"), Trait("rule", "R2-074"), Trait("fault", "F2-02")]
    public void Window_that_runs_down_although_its_reader_keeps_up_grows_within_the_budget()
    {
        Http2Driver driver = Http2Driver.Open(1, null, new Http2Options { ReceiveBudget = 1_000_000 });
        driver.Receive(Head(1));
        long window = 65_535;
        for (int i = 0; i < 8; i++)
        {
            // The server sends all it may, and waits: as far away as can be.
            for (long left = window; left > 0; left -= 16_384)
            {
                driver.Receive(Http2Frame.Data(1, new byte[Math.Min(left, 16_384)]));
            }

            driver.Send();
            window = driver.Sent.Where(static f => f.StartsWith("WINDOW 1 ", StringComparison.Ordinal)).Sum(static f => long.Parse(f.Split(' ')[2]));
            Assert.All(driver.Sent, static f => Assert.StartsWith("WINDOW ", f)); // no PING measures the round trip
            driver.Sent.Clear();
        }

        Assert.InRange(window, 375_000, 500_000);
        Assert.InRange(driver.Http.AvailableExchanges, 7, 8);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-145"), Trait("fault", "F2-49")]
    public void Small_frames_of_unread_streams_keep_few_blocks()
    {
        Http2Driver driver = Http2Driver.Open(2);
        driver.IsLazy = true;
        driver.Receive(Head(1), Head(3));
        for (int i = 0; i < 800; i++)
        {
            driver.Receive(Http2Frame.Data(1, "x"), Http2Frame.Data(3, new byte[16_384]));
            driver.Read(new(2));
            driver.Send();
        }

        Assert.InRange(driver.Http.HeldMemory, 0, 600_000);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-145")]
    public void Held_memory_stays_within_its_bound_whatever_is_left_unread()
    {
        Http2Options options = new() { ReceiveBudget = 8 * 1024 * 1024 };
        Http2Driver driver = Http2Driver.Open(100, null, options);
        driver.IsLazy = true;
        for (int i = 0; i < 100; i++)
        {
            driver.Receive(Head((2 * i) + 1));
        }

        long most = 0;
        for (int round = 0; round < 60; round++)
        {
            for (int i = 0; i < 100; i++)
            {
                // Large enough not to be copied, and all but one in a hundred are read: the worst for shared blocks.
                driver.Receive(Http2Frame.Data((2 * i) + 1, new byte[600]));
                if (i != 0)
                {
                    driver.Read(new(i + 1));
                }
            }

            most = Math.Max(most, driver.Http.HeldMemory);
        }

        Assert.InRange(most, 0, (4 * 1024 * 1024) + options.ReceiveBudget + (256 * 1024));
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-137"), Trait("rule", "R2-056"), Trait("fault", "F2-47")]
    public void PINGs_whose_answers_are_not_taken_end_the_connection()
    {
        Http2Driver driver = Http2Driver.Open();
        for (int i = 0; i < 256; i++)
        {
            driver.Receive(Http2Frame.Ping(new byte[8]));
        }

        Assert.Equal("", driver.Log);
        driver.Send();
        for (int i = 0; i < 257; i++)
        {
            driver.Receive(Http2Frame.Ping(new byte[8]));
        }

        Assert.Equal("fault ProtocolViolation 11", driver.Log);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-137"), Trait("rule", "R2-143"), Trait("fault", "F2-47")]
    public void SETTINGS_whose_answers_are_not_taken_end_the_connection()
    {
        Http2Driver driver = Http2Driver.Open();
        for (int i = 0; i < 17; i++)
        {
            driver.Receive(Http2Frame.Settings((4, (uint)i)));
        }

        Assert.Equal("fault ProtocolViolation 11", driver.Log);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-137")]
    public void Answers_that_are_taken_are_no_flood_although_a_content_keeps_the_output_full()
    {
        Http2Driver driver = Http2Driver.Open(0, null, null, (4, 1_000_000_000));
        ExchangeId id = driver.Post(ContentFraming.Chunked);
        driver.Send().Receive(Http2Frame.WindowUpdate(0, 1_000_000_000));
        byte[] piece = new byte[20_000];
        for (int i = 0; i < 900; i++)
        {
            driver.Http.Write(id, piece);
            driver.Http.Write(id, piece);
            driver.Receive(Http2Frame.Ping(new byte[8]), Http2Frame.Settings(), Http2Frame.WindowUpdate(1, 20_000));
            driver.Send(20_000);
            Assert.False(driver.Http.GetOutput().IsEmpty);
        }

        Assert.Equal(1, driver.Http.OpenExchanges);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-138"), Trait("fault", "F2-45")]
    public void Block_of_more_than_16_CONTINUATIONs_ends_the_connection()
    {
        Http2Driver driver = Http2Driver.Open();
        driver.Receive(new Http2Frame(Http2FrameType.Headers, Http2FrameFlags.None, 1, default));
        for (int i = 0; i < 16; i++)
        {
            driver.Receive(new Http2Frame(Http2FrameType.Continuation, Http2FrameFlags.None, 1, default));
        }

        Assert.Equal("", driver.Log);
        driver.Receive(new Http2Frame(Http2FrameType.Continuation, Http2FrameFlags.None, 1, default));
        Assert.Equal("fault ProtocolViolation 11", driver.Log);
        driver.Finish();
    }

    public static TheoryData<Http2Frame, int> Floods => new()
    {
        { new Http2Frame((Http2FrameType)0x42, Http2FrameFlags.None, 0, default), 1_001 },
        { new Http2Frame(Http2FrameType.Priority, Http2FrameFlags.None, 1, new byte[5]), 1_001 },
        { Http2Frame.WindowUpdate(0, 1), 1_001 },
        { Http2Frame.WindowUpdate(1, 1), 1_001 },
        { Http2Frame.Settings((4, 70_000)), 1_001 },
        { Http2Frame.Data(1, ""), 101 },
    };

    [Theory, MemberData(nameof(Floods))]
    [Trait("rule", "R2-140"), Trait("rule", "R2-141"), Trait("rule", "R2-020"), Trait("fault", "F2-47")]
    public void Frames_that_bring_nothing_end_the_connection_when_their_budget_is_used_up(Http2Frame frame, int count)
    {
        Http2Driver driver = Http2Driver.Open();
        driver.IsLazy = true;
        driver.Receive(Head(1));
        driver.TakeLog();
        for (int i = 3; i < count; i++)
        {
            driver.Receive(frame);
            driver.Send();
        }

        Assert.Equal("", driver.Log);
        driver.Receive(frame, frame, frame, frame); // two SETTINGS have cost something too
        Assert.EndsWith("GOAWAY 0 11", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-141")]
    public void Stream_of_small_messages_that_are_read_is_no_flood()
    {
        Http2Driver driver = Http2Driver.Open();
        driver.Receive(Head(1));
        for (int i = 0; i < 5_000; i++)
        {
            driver.Receive(Http2Frame.Data(1, "tick"));
            driver.Send();
        }

        driver.Receive(Http2Frame.Data(1, "", true));
        Assert.Equal("head 200; body 20000 bytes; end", driver.Log);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-141")]
    public void Credit_for_each_small_piece_of_a_content_is_no_flood()
    {
        Http2Driver driver = Http2Driver.Open(0);
        ExchangeId id = driver.Post(ContentFraming.Chunked);
        byte[] piece = new byte[10];
        for (int i = 0; i < 5_000; i++)
        {
            Assert.Equal(piece.Length, driver.Http.Write(id, piece));
            driver.Send().Receive(Http2Frame.WindowUpdate(1, 10), Http2Frame.WindowUpdate(0, 10));
        }

        Assert.Equal(1, driver.Http.OpenExchanges);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-141")]
    public void Credit_that_comes_late_and_all_at_once_is_no_flood()
    {
        Http2Driver driver = Http2Driver.Open(0);
        ExchangeId id = driver.Post(ContentFraming.Chunked);
        for (int i = 0; i < 3_000; i++)
        {
            Assert.Equal(10, driver.Http.Write(id, new byte[10]));
            driver.Send();
        }

        Http2Frame[] credit = [.. Enumerable.Range(0, 3_000).SelectMany(static _ => (Http2Frame[])[Http2Frame.WindowUpdate(1, 10), Http2Frame.WindowUpdate(0, 10)])];
        driver.Receive(credit);
        Assert.Equal(1, driver.Http.OpenExchanges);
        driver.Receive([.. credit.Take(1_010)]); // for nothing that was sent
        Assert.EndsWith("GOAWAY 0 11", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-141")]
    public void Small_messages_that_are_not_read_yet_are_no_flood()
    {
        Http2Driver driver = Http2Driver.Open();
        driver.IsLazy = true;
        driver.Receive(Head(1));
        driver.Receive([.. Enumerable.Repeat(Http2Frame.Data(1, "tick"), 10_000)]);
        Assert.Equal(1, driver.Http.OpenExchanges);
        HttpExchange exchange = new(driver.Http, new(1));
        long read = 0;
        while (exchange.BodySlice.Length is > 0 and int count)
        {
            driver.Http.ConsumeBody(new(1), count);
            read += count;
        }

        Assert.Equal(40_000, read);
        driver.Receive(Http2Frame.Data(1, "", true));
        Assert.EndsWith("end", driver.Log);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-028"), Trait("rule", "R2-030"), Trait("rule", "R2-141")]
    public void Small_messages_under_way_when_their_stream_is_reset_are_no_flood_within_its_window()
    {
        Http2Driver driver = Http2Driver.Open(2);
        driver.Receive(Head(1), Http2Frame.Data(1, "tick"));
        driver.Http.Abort(new(1));
        driver.Send();
        driver.Receive([.. Enumerable.Repeat(Http2Frame.Data(1, "tick"), 16_000)]);
        Assert.Equal(1, driver.Http.OpenExchanges);
        driver.Receive([.. Enumerable.Repeat(Http2Frame.Data(1, "tick"), 1_500)]);
        Assert.EndsWith("GOAWAY 0 11", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-140")]
    public void Time_restores_the_budget()
    {
        Http2Driver driver = Http2Driver.Open();
        for (int i = 0; i < 100; i++)
        {
            driver.Receive([.. Enumerable.Repeat(new Http2Frame((Http2FrameType)0x42, Http2FrameFlags.None, 0, default), 100)]);
            driver.PassTime(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(1, driver.Http.OpenExchanges);
        driver.Receive([.. Enumerable.Repeat(new Http2Frame((Http2FrameType)0x42, Http2FrameFlags.None, 0, default), 1_001)]);
        Assert.EndsWith("GOAWAY 0 11", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-142"), Trait("fault", "F2-47"), Trait("fault", "F2-48")]
    public void Resets_before_a_head_again_and_again_end_the_connection()
    {
        Http2Driver driver = Http2Driver.Open(0);
        int resets = 0;
        while (driver.Http.AvailableExchanges > 0 && resets < 1_000)
        {
            ExchangeId id = driver.Get();
            driver.Send().Receive(Http2Frame.Settings(), Http2Frame.Reset((2 * resets++) + 1, 2));
            driver.Http.Release(id);
        }

        Assert.InRange(resets, 80, 101);
        Assert.EndsWith("GOAWAY 0 11", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-127"), Trait("rule", "R2-142")]
    public void Refusals_of_several_bursts_are_no_flood()
    {
        Http2Driver driver = Http2Driver.Open(0);
        for (int i = 0; i < 500; i++)
        {
            ExchangeId id = driver.Get();
            driver.Send().Receive(Http2Frame.Reset((2 * i) + 1, 7));
            driver.Http.Release(id);
        }

        Assert.True(driver.Http.AvailableExchanges > 0);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-009")]
    public void Settings_not_acknowledged_in_time_end_the_connection()
    {
        Http2Driver driver = new();
        driver.Get();
        driver.Send().Receive(Http2Frame.Settings());
        driver.PassTime(TimeSpan.FromSeconds(9.9));
        Assert.Equal("", driver.Log);
        driver.PassTime(TimeSpan.FromSeconds(0.1));
        Assert.Equal("fault TimedOut 4", driver.Log);
        Assert.EndsWith("GOAWAY 0 4", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-136")]
    public void Content_that_is_written_does_not_keep_a_body_that_stands()
    {
        Http2Driver driver = Http2Driver.Open(0, new ConnectionTimeouts { BodyIdle = TimeSpan.FromSeconds(5) });
        ExchangeId id = driver.Post(ContentFraming.Chunked);
        driver.Send().Receive(Head(1), Http2Frame.Data(1, "hello"));
        for (int i = 0; i < 4; i++)
        {
            driver.PassTime(TimeSpan.FromSeconds(1));
            Assert.Equal(1, driver.Http.Write(id, new byte[1]));
            driver.Send();
        }

        Assert.DoesNotContain("fault", driver.TakeLog(), StringComparison.Ordinal);
        driver.PassTime(TimeSpan.FromSeconds(1));
        Assert.Contains("fault TimedOut", driver.TakeLog(), StringComparison.Ordinal);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-057")]
    public void Ping_without_an_answer_ends_the_connection()
    {
        Http2Options options = new() { KeepAlivePingDelay = TimeSpan.FromSeconds(5), KeepAlivePingTimeout = TimeSpan.FromSeconds(3) };
        Http2Driver driver = Http2Driver.Open(1, null, options);
        driver.PassTime(TimeSpan.FromSeconds(4));
        driver.Receive(Http2Frame.Ping(new byte[8]));
        driver.Send().TakeSent();
        driver.PassTime(TimeSpan.FromSeconds(4));
        Assert.Equal("", driver.Send().TakeSent());
        driver.PassTime(TimeSpan.FromSeconds(1));
        Assert.Equal("PING PollHttp", driver.Send().TakeSent());
        driver.Receive(Http2Frame.Ping("PollHttp"u8.ToArray(), ack: true));
        driver.PassTime(TimeSpan.FromSeconds(5));
        Assert.Equal("PING PollHttp", driver.Send().TakeSent());
        driver.PassTime(TimeSpan.FromSeconds(3));
        Assert.Equal("fault TimedOut 1", driver.Log);
        Assert.Equal(TimerKind.KeepAlivePing, driver.Http.Fault.Timer);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-058")]
    public void With_active_requests_only_no_ping_is_sent_while_idle()
    {
        Http2Options options = new() { KeepAlivePingDelay = TimeSpan.FromSeconds(5), PingsWhileIdle = false };
        Http2Driver driver = Http2Driver.Open(1, null, options);
        driver.Receive(Http2Frame.Headers(1, true, (":status", "204")));
        driver.PassTime(TimeSpan.FromSeconds(60));
        Assert.Equal("", driver.Send().TakeSent());
        driver.Get();
        driver.Send().TakeSent();
        driver.PassTime(TimeSpan.FromSeconds(5));
        Assert.Equal("PING PollHttp", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-078")]
    public void Send_window_that_stays_shut_ends_its_exchange_alone()
    {
        Http2Driver driver = Http2Driver.Open(1, new ConnectionTimeouts { SendStall = TimeSpan.FromSeconds(5) }, (4, 0));
        ExchangeId id = driver.Post(ContentFraming.Chunked);
        driver.Http.Write(id, new byte[10]);
        driver.Send().PassTime(TimeSpan.FromSeconds(5)).TakeSent();
        Assert.Equal("BodyReleased; 2: fault TimedOut", driver.Log.Replace("2: BodyReleased", "BodyReleased"));
        Assert.Equal("RST 3 8", driver.Send().TakeSent());
        Assert.Equal(1, driver.Http.OpenExchanges);
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-078"), Trait("rule", "R2-105")]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_a_limit_a_shut_window_has_one_once_the_response_was_taken(bool isWhole)
    {
        Http2Driver driver = Http2Driver.Open(1, new ConnectionTimeouts { SendStall = null, BodyIdle = null }, (4, 0));
        ExchangeId id = driver.Post(ContentFraming.OfLength(10));
        driver.Http.Write(id, new byte[10]);
        driver.Send().PassTime(TimeSpan.FromMinutes(10));
        driver.Receive(Http2Frame.Headers(3, isWhole, (":status", "200"))).Send().TakeSent();
        driver.PassTime(TimeSpan.FromSeconds(59));
        Assert.Equal("", driver.Send().TakeSent());
        driver.PassTime(TimeSpan.FromSeconds(1));
        Assert.Equal(isWhole ? "RST 3 8" : "", driver.Send().TakeSent());
        Assert.DoesNotContain("fault", driver.TakeLog(), StringComparison.Ordinal);
        Assert.Equal(isWhole ? 1 : 2, driver.Http.OpenExchanges);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-144"), Trait("fault", "F2-47")]
    public void Peer_that_takes_nothing_ends_the_connection()
    {
        Http2Driver driver = Http2Driver.Open(1, new ConnectionTimeouts { SendStall = TimeSpan.FromSeconds(5) });
        driver.Get();
        driver.PassTime(TimeSpan.FromSeconds(5));
        Assert.Equal("fault TimedOut; 2: fault TimedOut unprocessed; closed", driver.Log);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-136")]
    public void Silence_before_the_head_and_in_a_body_ends_the_exchange_alone()
    {
        ConnectionTimeouts limits = new() { ResponseHead = TimeSpan.FromSeconds(3), BodyIdle = TimeSpan.FromSeconds(5) };
        Http2Driver driver = Http2Driver.Open(2, limits);
        driver.Receive(Head(1), Http2Frame.Data(1, "x"));
        driver.PassTime(TimeSpan.FromSeconds(3));
        Assert.Equal("head 200; 2: fault TimedOut", driver.TakeLog());
        driver.PassTime(TimeSpan.FromSeconds(2));
        Assert.Equal("body x; fault TimedOut", driver.TakeLog());
        Assert.Equal("RST 3 8; RST 1 8", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-136")]
    public void Time_in_which_the_application_does_not_read_is_not_the_peers()
    {
        Http2Driver driver = Http2Driver.Open(1, new ConnectionTimeouts { BodyIdle = TimeSpan.FromSeconds(5) });
        driver.IsLazy = true;
        driver.Receive(Head(1), Http2Frame.Data(1, "x"));
        driver.PassTime(TimeSpan.FromSeconds(50));
        driver.Read(new(1));
        driver.PassTime(TimeSpan.FromSeconds(4.9));
        Assert.Equal("head 200", driver.TakeLog());
        driver.PassTime(TimeSpan.FromSeconds(0.1));
        Assert.Equal("body x; fault TimedOut", driver.Log);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-136"), Trait("fault", "F2-19")]
    public void Idle_connection_ends_with_GOAWAY_after_its_time()
    {
        Http2Driver driver = Http2Driver.Open(1, new ConnectionTimeouts { KeepAliveIdle = TimeSpan.FromSeconds(5) });
        driver.Receive(Http2Frame.Headers(1, true, (":status", "204")));
        driver.PassTime(TimeSpan.FromSeconds(5));
        Assert.Equal("GOAWAY 0 0", driver.Send().TakeSent());
        Assert.Equal("head 204; end; closed", driver.Log);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-134")]
    public void Slice_that_may_still_be_read_after_an_abort_keeps_its_bytes()
    {
        Http2Driver driver = Http2Driver.Open(2);
        driver.IsLazy = true;
        byte[] content = [.. Enumerable.Range(0, 5_000).Select(static i => (byte)i)];
        driver.Receive(Head(1), Head(3), Http2Frame.Data(1, content));
        ReadOnlyMemory<byte> slice = new HttpExchange(driver.Http, new(1)).BodySlice;
        driver.Http.Abort(new(1), whileRead: true);
        for (int i = 0; i < 20; i++)
        {
            driver.Receive(Http2Frame.Data(3, new byte[10_000]));
            driver.Read(new(2));
        }

        Assert.Equal(content, slice.ToArray());
        driver.Finish();
    }
}
