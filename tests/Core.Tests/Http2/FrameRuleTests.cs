using PollHttp.Core.Http2;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>Frames: where they may stand, how long they may be (RFC 9113 §3.4, §4, §6).</summary>
public sealed class FrameRuleTests
{
    private const Http2FrameFlags None = Http2FrameFlags.None;
    private const Http2FrameFlags EndHeaders = Http2FrameFlags.EndHeaders;
    private const Http2FrameFlags EndStream = Http2FrameFlags.EndStream;
    private const Http2FrameFlags Padded = Http2FrameFlags.Padded;

    private static readonly Http2Frame s_head = Http2Frame.Headers(1, false, (":status", "200"));

    private static byte[] Octets(int count) => new byte[count];

    [Fact, Trait("rule", "R2-001"), Trait("rule", "R2-011")]
    public void Preface_settings_and_window_leave_in_one_write_with_the_first_request()
    {
        Http2Driver driver = new();
        Assert.False(driver.Http.Wants.Writable);
        driver.Get();
        long length = driver.Http.GetOutput().Length;
        driver.Send((int)length);
        Assert.Equal("preface; SETTINGS 2=0 4=65535 6=65536 9=1; WINDOW 0 33488897; HEADERS 1 end", driver.TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-010")]
    public void Peer_that_has_not_acknowledged_our_settings_may_use_the_default_window()
    {
        Http2Driver driver = new() { IsLazy = true };
        driver.Get();
        driver.Send();
        driver.Receive(Http2Frame.Settings(), Http2Frame.Headers(1, false, (":status", "200")));
        for (int left = 65_535; left > 0; left -= 16_384)
        {
            driver.Receive(Http2Frame.Data(1, new byte[Math.Min(left, 16_384)]));
        }

        Assert.False(driver.Http.Fault.Exists);
        Assert.Equal(65_535, driver.Http.GetBodyBytesReceived(new(1)));
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-126"), Trait("fault", "F2-51")]
    [InlineData(0x0A)]
    [InlineData(0x0C)]
    public void ALTSVC_and_ORIGIN_are_ignored(int type)
    {
        Http2Driver driver = Http2Driver.Open();
        driver.Receive(new Http2Frame((Http2FrameType)type, None, 0, Octets(12)), Http2Frame.Headers(1, true, (":status", "204")));
        Assert.Equal("head 204; end", driver.Log);
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-002")]
    [InlineData(Http2FrameType.Ping, None, 8)]
    [InlineData(Http2FrameType.Settings, Http2FrameFlags.Ack, 0)]
    [InlineData((Http2FrameType)0x30, None, 3)]
    public void First_frame_that_is_not_settings_fails_the_connection(Http2FrameType type, Http2FrameFlags flags, int length)
    {
        Http2Driver driver = new();
        driver.Get();
        driver.Send().TakeSent();
        driver.Receive(new Http2Frame(type, flags, 0, Octets(length)));
        Assert.Equal("fault ProtocolViolation 1", driver.Log);
        Assert.Equal("GOAWAY 0 1", driver.Send().TakeSent());
        Assert.EndsWith("closed", driver.Log);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-002"), Trait("fault", "F2-13")]
    public void GOAWAY_instead_of_settings_gives_its_code()
    {
        Http2Driver driver = new();
        driver.Get();
        driver.Send();
        driver.Receive(Http2Frame.GoAway(0, 11, "go\u0001 away"));
        Assert.Equal("fault GoAway 11 unprocessed; closed", driver.Log);
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-003")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP/1")]
    [InlineData("SSH-2.0-OpenSSH\r\n", "SSH")]
    [InlineData("\x15\x03\x01\x00\x02\x02\x46", "TLS")]
    public void Answer_in_another_protocol_is_recognized(string answer, string name)
    {
        Http2Driver driver = new();
        ExchangeId id = driver.Get();
        driver.Send().TakeSent();
        driver.Receive(System.Text.Encoding.Latin1.GetBytes(answer)).End();
        Assert.Equal("fault UnsupportedVersion; closed", driver.Log);
        Assert.Contains(name, new HttpExchange(driver.Http, id).Fault.Describe());
        Assert.Equal("", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-006")]
    public void Before_the_settings_at_most_100_exchanges_begin()
    {
        Http2Driver driver = new();
        for (int i = 0; i < 100; i++)
        {
            driver.Get();
        }

        Assert.Equal(0, driver.Http.AvailableExchanges);
        Assert.Throws<InvalidOperationException>(() => driver.Get());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-012"), Trait("fault", "F2-51")]
    public void Unknown_frames_flags_and_the_reserved_bit_are_ignored()
    {
        byte[] reserved = Http2Frame.Headers(1, true, (":status", "204")).ToArray();
        reserved[5] |= 0x80;
        reserved[4] |= 0xC0;
        Http2Driver driver = Http2Driver.Open();
        driver.Receive(new Http2Frame((Http2FrameType)0x42, (Http2FrameFlags)0xFF, 77, Octets(1000))).Receive(reserved);
        Assert.Equal("head 204; end", driver.Log);
        driver.Finish();
    }

    [Theory]
    [Trait("rule", "R2-013")]
    [InlineData(Http2FrameType.Data)]
    [InlineData(Http2FrameType.Headers)]
    [InlineData(Http2FrameType.Settings)]
    [InlineData((Http2FrameType)0x42)]
    public void Frame_over_16384_octets_fails_before_its_payload(Http2FrameType type)
    {
        Http2Driver driver = Http2Driver.Open();
        driver.Receive(s_head).Receive(new Http2Frame(type, None, 1, Octets(16_385)).ToArray()[..9]);
        Assert.Equal("head 200; fault ProtocolViolation 6", driver.Log);
        Assert.Equal("GOAWAY 0 6", driver.Send().TakeSent());
        driver.Finish();
    }

    [Theory]
    [Trait("rule", "R2-014")]
    [InlineData(Http2FrameType.Data, Padded, 0)]
    [InlineData(Http2FrameType.Headers, Padded, 0)]
    [InlineData(Http2FrameType.Headers, Http2FrameFlags.Priority, 4)]
    [InlineData(Http2FrameType.GoAway, None, 7)]
    public void Frame_too_short_for_what_it_must_have_fails_the_connection(Http2FrameType type, Http2FrameFlags flags, int length) =>
        Fails(6, new Http2Frame(type, flags, type == Http2FrameType.GoAway ? 0 : 1, Octets(length)));

    [Theory]
    [Trait("rule", "R2-015")]
    [InlineData(Http2FrameType.Data, 4)]
    [InlineData(Http2FrameType.Data, 200)]
    [InlineData(Http2FrameType.Headers, 4)]
    public void Padding_as_long_as_the_payload_fails_the_connection(Http2FrameType type, byte padding) =>
        Fails(1, s_head, new Http2Frame(type, Padded | EndHeaders, 1, (byte[])[padding, 0, 0, 0]));

    [Fact, Trait("rule", "R2-015"), Trait("rule", "R2-016")]
    public void Padding_is_dropped_and_any_split_of_DATA_gives_the_same()
    {
        Http2Driver driver = Http2Driver.Open();
        driver.Receive(
            s_head,
            new Http2Frame(Http2FrameType.Data, Padded, 1, (byte[])[3, (byte)'a', (byte)'b', 9, 9, 9]),
            new Http2Frame(Http2FrameType.Data, Padded, 1, (byte[])[0, (byte)'c']),
            Http2Frame.Data(1, ""),
            new Http2Frame(Http2FrameType.Data, Padded | EndStream, 1, (byte[])[2, (byte)'d', 0, 0]));
        Assert.Equal("head 200; body abcd; end", driver.Log);
        driver.Finish();
    }

    [Theory]
    [Trait("rule", "R2-017")]
    [InlineData(Http2FrameType.Data, 1)]
    [InlineData(Http2FrameType.Headers, 1)]
    [InlineData(Http2FrameType.Priority, 1)]
    [InlineData(Http2FrameType.Continuation, 3)]
    [InlineData(Http2FrameType.Ping, 0)]
    [InlineData((Http2FrameType)0x42, 0)]
    public void Any_other_frame_inside_a_field_block_fails_the_connection(Http2FrameType type, int stream)
    {
        Http2Driver driver = Http2Driver.Open(2);
        driver.Receive(new Http2Frame(Http2FrameType.Headers, None, 1, Http2Fields.Encode((":status", "200"))));
        driver.Receive(new Http2Frame(type, EndHeaders, stream, Octets(8)));
        Assert.Equal("fault ProtocolViolation 1; 2: fault ProtocolViolation 1", driver.Log);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-018")]
    public void CONTINUATION_without_a_block_fails_the_connection()
    {
        Fails(1, new Http2Frame(Http2FrameType.Continuation, EndHeaders, 1, Octets(1)));
        Fails(1, new Http2Frame(Http2FrameType.Continuation, EndHeaders, 0, Octets(1)));
        Fails(1, s_head, new Http2Frame(Http2FrameType.Continuation, EndHeaders, 1, Octets(1)));
    }

    [Fact, Trait("rule", "R2-018"), Trait("rule", "R2-088"), Trait("fault", "F2-28")]
    public void Block_in_several_frames_is_put_together_wherever_it_is_cut()
    {
        byte[] block = Http2Fields.Encode((":status", "200"), ("x-name", "value"));
        for (int cut = 0; cut <= block.Length; cut++)
        {
            Http2Driver driver = Http2Driver.Open();
            driver.Receive(
                new Http2Frame(Http2FrameType.Headers, EndStream, 1, block.AsMemory(0, cut)),
                new Http2Frame(Http2FrameType.Continuation, None, 1, default),
                new Http2Frame(Http2FrameType.Continuation, EndHeaders, 1, block.AsMemory(cut)));
            Assert.Equal("head 200; end", driver.Log);
            Assert.Equal("value", new HttpExchange(driver.Http, new(1)).ResponseHead.Headers["x-name"]);
            driver.Finish();
        }
    }

    [Theory]
    [Trait("rule", "R2-019")]
    [InlineData(Http2FrameType.Headers)]
    [InlineData(Http2FrameType.Data)]
    public void HEADERS_and_DATA_on_stream_0_fail_the_connection(Http2FrameType type) => Fails(1, new Http2Frame(type, EndHeaders, 0, Octets(1)));

    [Fact, Trait("rule", "R2-020")]
    public void Priority_in_HEADERS_is_skipped_even_of_itself()
    {
        Http2Driver driver = Http2Driver.Open();
        byte[] block = [0, 0, 0, 1, 255, .. Http2Fields.Encode((":status", "200"))];
        driver.Receive(new Http2Frame(Http2FrameType.Headers, EndHeaders | EndStream | Http2FrameFlags.Priority, 1, block));
        Assert.Equal("head 200; end", driver.Log);
        driver.Finish();
    }

    [Theory]
    [Trait("rule", "R2-025")]
    [InlineData(Http2FrameType.Data, 3)]
    [InlineData(Http2FrameType.Headers, 3)]
    [InlineData(Http2FrameType.Headers, 2)]
    [InlineData(Http2FrameType.RstStream, 3)]
    [InlineData(Http2FrameType.WindowUpdate, 3)]
    [InlineData(Http2FrameType.WindowUpdate, 2)]
    public void Frame_on_a_stream_not_begun_fails_the_connection(Http2FrameType type, int stream) =>
        Fails(1, new Http2Frame(type, EndHeaders, stream, (byte[])[0, 0, 0, 1]));

    [Theory]
    [Trait("rule", "R2-038")]
    [InlineData(0, 4, 1)]
    [InlineData(1, 3, 6)]
    [InlineData(1, 5, 6)]
    public void RST_STREAM_of_a_wrong_place_or_length_fails_the_connection(int stream, int length, long code) =>
        Fails(code, new Http2Frame(Http2FrameType.RstStream, None, stream, Octets(length)));

    [Fact, Trait("rule", "R2-042")]
    public void PRIORITY_on_stream_0_fails_the_connection() => Fails(1, new Http2Frame(Http2FrameType.Priority, None, 0, Octets(5)));

    [Fact, Trait("rule", "R2-042")]
    public void PRIORITY_of_a_wrong_length_fails_its_stream_alone()
    {
        Http2Driver driver = Http2Driver.Open(2);
        driver.Receive(new Http2Frame(Http2FrameType.Priority, None, 1, Octets(4)), Http2Frame.Headers(3, true, (":status", "204")));
        Assert.Equal("fault ProtocolViolation 6; 2: head 204; 2: end", driver.Log);
        Assert.Equal("RST 1 6", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-042")]
    public void PRIORITY_on_any_other_stream_is_ignored()
    {
        Http2Driver driver = Http2Driver.Open();
        driver.Receive(new Http2Frame(Http2FrameType.Priority, None, 8, Octets(5)), new Http2Frame(Http2FrameType.Priority, None, 99, Octets(5)));
        Assert.Equal("", driver.Log);
        driver.Finish();
    }

    [Theory]
    [Trait("rule", "R2-043")]
    [InlineData(None, 1, 0, 1)]
    [InlineData(Http2FrameFlags.Ack, 0, 0, 1)]
    [InlineData(None, 0, 5, 6)]
    [InlineData(Http2FrameFlags.Ack, 0, 6, 6)]
    public void SETTINGS_of_a_wrong_place_or_length_fail_the_connection(Http2FrameFlags flags, int stream, int length, long code) =>
        Fails(code, new Http2Frame(Http2FrameType.Settings, flags, stream, Octets(length)));

    [Theory]
    [InlineData(2, 1u, 1), Trait("rule", "R2-045"), Trait("fault", "F2-50")]
    [InlineData(4, 0x8000_0000u, 3)]
    [InlineData(5, 0u, 1)]
    [InlineData(5, 16_383u, 1)]
    [InlineData(5, 16_777_216u, 1)]
    [InlineData(8, 2u, 1)]
    [InlineData(9, 2u, 1)]
    [Trait("rule", "R2-046"), Trait("rule", "R2-048"), Trait("rule", "R2-051"), Trait("rule", "R2-052")]
    public void SETTINGS_of_a_wrong_value_fail_the_connection(int id, uint value, long code) => Fails(code, Http2Frame.Settings((id, value)));

    [Fact, Trait("rule", "R2-051"), Trait("rule", "R2-052")]
    public void Settings_that_may_not_change_fail_the_connection_when_they_do()
    {
        Fails(1, Http2Frame.Settings((8, 1)), Http2Frame.Settings((8, 0)));
        Fails(1, Http2Frame.Settings((9, 1)), Http2Frame.Settings((9, 0)));
    }

    [Fact, Trait("rule", "R2-053")]
    public void Unknown_settings_are_ignored_and_more_than_32_fail_the_connection()
    {
        Http2Driver driver = Http2Driver.Open();
        driver.Receive(Http2Frame.Settings([.. Enumerable.Range(0x100, 32).Select(static id => (id, 7u))]));
        Assert.Equal("", driver.Log);
        driver.Finish();
        Fails(11, Http2Frame.Settings([.. Enumerable.Range(0x100, 33).Select(static id => (id, 7u))]));
    }

    [Fact, Trait("rule", "R2-054"), Trait("rule", "R2-125")]
    public void PUSH_PROMISE_and_PRIORITY_UPDATE_fail_the_connection()
    {
        Fails(1, new Http2Frame(Http2FrameType.PushPromise, EndHeaders, 1, Octets(8)));
        Fails(1, new Http2Frame((Http2FrameType)0x10, None, 0, Octets(8)));
    }

    [Theory]
    [Trait("rule", "R2-055")]
    [InlineData(1, 8, 1)]
    [InlineData(0, 7, 6)]
    [InlineData(0, 9, 6)]
    public void PING_of_a_wrong_place_or_length_fails_the_connection(int stream, int length, long code) =>
        Fails(code, new Http2Frame(Http2FrameType.Ping, None, stream, Octets(length)));

    [Fact, Trait("rule", "R2-056")]
    public void PING_is_answered_with_its_octets_and_an_acknowledgement_is_not()
    {
        Http2Driver driver = Http2Driver.Open();
        driver.Receive(Http2Frame.Ping("12345678"u8.ToArray()), Http2Frame.Ping("87654321"u8.ToArray(), ack: true));
        Assert.Equal("PING ack 12345678", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-059")]
    public void GOAWAY_on_a_stream_fails_the_connection() => Fails(1, Http2Frame.GoAway(1, 0) with { StreamId = 1 });

    [Theory]
    [Trait("rule", "R2-066")]
    [InlineData(0, 3)]
    [InlineData(1, 5)]
    public void WINDOW_UPDATE_of_a_wrong_length_fails_the_connection(int stream, int length) =>
        Fails(6, new Http2Frame(Http2FrameType.WindowUpdate, None, stream, Octets(length)));

    [Fact, Trait("rule", "R2-066"), Trait("rule", "R2-067")]
    public void WINDOW_UPDATE_of_0_or_past_the_largest_window_fails_what_it_is_for()
    {
        Fails(1, Http2Frame.WindowUpdate(0, 0));
        Fails(3, Http2Frame.WindowUpdate(0, int.MaxValue));
        foreach ((uint increment, int code) in ((uint, int)[])[(0, 1), (int.MaxValue, 3)])
        {
            Http2Driver driver = Http2Driver.Open(2);
            driver.Receive(Http2Frame.WindowUpdate(1, increment), Http2Frame.Headers(3, true, (":status", "204")));
            Assert.Equal($"fault ProtocolViolation {code}; 2: head 204; 2: end", driver.Log);
            Assert.Equal($"RST 1 {code}", driver.Send().TakeSent());
            driver.Finish();
        }
    }

    /// <summary>The frames fail the connection: its exchange, GOAWAY with the code, close; byte by byte as at once.</summary>
    private static void Fails(long code, params Http2Frame[] frames)
    {
        foreach (int piece in (int[])[0, 1])
        {
            Http2Driver driver = Http2Driver.Open();
            driver.PieceSize = piece;
            driver.Receive(frames);
            Assert.EndsWith($"fault ProtocolViolation {code}", driver.Log);
            Assert.EndsWith($"GOAWAY 0 {code}", driver.Send().TakeSent());
            Assert.EndsWith("; closed", driver.Log);
            Assert.Equal(Wants.Nothing, driver.Http.Wants);
            driver.Finish();
        }
    }
}
