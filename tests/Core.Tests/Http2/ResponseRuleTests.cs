using System.Text;
using PollHttp.Core.Http2;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>Responses: heads, bodies, trailers, interim heads (RFC 9113 §8).</summary>
public sealed class ResponseRuleTests
{
    private static readonly (string, string) s_ok = (":status", "200");

    private static Http2Frame Head(bool end, params (string, string)[] fields) => Http2Frame.Headers(1, end, [s_ok, .. fields]);

    [Theory, Trait("rule", "R2-106")]
    [InlineData("")]
    [InlineData("a=b")]
    [InlineData(":status=200,:status=200")]
    [InlineData(":status=20")]
    [InlineData(":status=2000")]
    [InlineData(":status=2x0")]
    [InlineData(":status=099")]
    [InlineData(":status=")]
    public void Status_missing_repeated_or_no_three_digits_is_malformed(string fields) => IsMalformed(FaultKind.MalformedField, fields);

    [Theory, Trait("rule", "R2-107")]
    [InlineData(":status=200,:path=/")]
    [InlineData("a=b,:status=200")]
    [InlineData(":status=200,:=")]
    public void Other_pseudo_field_or_one_after_a_field_is_malformed(string fields) => IsMalformed(FaultKind.MalformedField, fields);

    [Theory, Trait("rule", "R2-108"), Trait("fault", "F2-51")]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\u0000")]
    [InlineData("a\u007f")]
    [InlineData("a\u00e4")]
    [InlineData("a:b")]
    [InlineData("a/b")]
    [InlineData("a@b")]
    [InlineData("{a}")]
    [InlineData("Upper")]
    public void Name_with_an_octet_that_no_name_has_is_malformed(string name)
    {
        Http2Driver driver = Http2Driver.Open(2);
        driver.Receive(Head(true, (name, "v")), Http2Frame.Headers(3, true, (":status", "204")));
        Assert.Equal("fault MalformedField 1; 2: head 204; 2: end", driver.Log);
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-109")]
    [InlineData("a\u0000b")]
    [InlineData("a\rb")]
    [InlineData("a\nb")]
    [InlineData(" a")]
    [InlineData("a\t")]
    public void Value_with_NUL_CR_LF_or_blanks_at_an_end_is_malformed(string value)
    {
        Http2Driver driver = Http2Driver.Open();
        driver.Receive(Head(true, ("name", value)));
        Assert.Equal("fault MalformedField 1", driver.Log);
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-110")]
    [InlineData("connection")]
    [InlineData("proxy-connection")]
    [InlineData("keep-alive")]
    [InlineData("transfer-encoding")]
    [InlineData("upgrade")]
    public void Field_of_a_connection_is_malformed(string name) => IsMalformed(FaultKind.MalformedField, $":status=200,{name}=x");

    [Fact, Trait("rule", "R2-111"), Trait("fault", "F2-50")]
    public void Length_that_is_no_number_or_differs_is_malformed()
    {
        IsMalformed(FaultKind.MalformedLength, ":status=200,content-length=-1");
        IsMalformed(FaultKind.ConflictingLengths, ":status=200,content-length=1,content-length=2");
        Gives("head 200; body ab; end", Head(false, ("content-length", "2"), ("content-length", "2")), Http2Frame.Data(1, "ab", true));
    }

    [Fact, Trait("rule", "R2-111")]
    public void Body_that_is_not_of_its_length_is_malformed_as_soon_as_known()
    {
        Gives("head 200; body ab; fault MalformedResponse 1", Head(false, ("content-length", "3")), Http2Frame.Data(1, "ab", true));
        Gives("head 200; body ab; fault MalformedResponse 1", Head(false, ("content-length", "3")), Http2Frame.Data(1, "ab"), Http2Frame.Headers(1, true, ("t", "v")));
        Gives("head 200; fault MalformedResponse 1", Head(false, ("content-length", "3")), Http2Frame.Data(1, "abcd"));
    }

    [Fact, Trait("rule", "R2-112")]
    public void Length_over_0_without_content_is_malformed_but_for_HEAD_and_304()
    {
        Gives("fault MalformedResponse 1", Head(true, ("content-length", "3")));
        Gives("head 304; end", Http2Frame.Headers(1, true, (":status", "304"), ("content-length", "3")));
        Http2Driver driver = Http2Driver.Open(0);
        ExchangeId id = driver.Get("/", "HEAD");
        driver.Send().Receive(Head(true, ("content-length", "3")));
        Assert.Equal("head 200; end", driver.Log);
        Assert.Equal(3, new HttpExchange(driver.Http, id).ResponseHead.ContentLength);
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-113")]
    [InlineData("GET", "204")]
    [InlineData("GET", "304")]
    [InlineData("HEAD", "200")]
    public void Content_of_a_response_that_has_none_is_malformed(string method, string status)
    {
        Http2Driver driver = Http2Driver.Open(0);
        driver.Get("/", method);
        driver.Send().Receive(Http2Frame.Headers(1, false, (":status", status)), Http2Frame.Data(1, "x", true));
        Assert.Equal($"head {status}; fault MalformedResponse 1", driver.Log);
        driver.Finish();
        driver = Http2Driver.Open(0);
        driver.Get("/", method);
        driver.Send().Receive(Http2Frame.Headers(1, false, (":status", status)), Http2Frame.Data(1, "", true));
        Assert.Equal($"head {status}; end", driver.Log);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-114")]
    public void DATA_before_the_final_head_is_malformed()
    {
        Gives("fault MalformedResponse 1", Http2Frame.Data(1, "x"));
        Gives("interim 103; fault MalformedResponse 1", Http2Frame.Headers(1, false, (":status", "103")), Http2Frame.Data(1, "x"));
    }

    [Fact, Trait("rule", "R2-115"), Trait("fault", "F2-34"), Trait("fault", "F2-35")]
    public void Interim_heads_are_events_each_with_its_fields()
    {
        Http2Driver driver = Http2Driver.Open();
        driver.Receive(
            Http2Frame.Headers(1, false, (":status", "103"), ("link", "a")),
            Http2Frame.Headers(1, false, (":status", "102")),
            Head(false, ("x", "y")),
            Http2Frame.Data(1, "b", true));
        Assert.Equal("interim 103; interim 102; head 200; body b; end", driver.Log);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-115"), Trait("fault", "F2-34")]
    public void Interim_head_that_ends_the_stream_and_101_are_malformed()
    {
        Gives("fault MalformedResponse 1", Http2Frame.Headers(1, true, (":status", "103")));
        Gives("fault MalformedResponse 1", Http2Frame.Headers(1, false, (":status", "101")));
    }

    [Fact, Trait("rule", "R2-115"), Trait("fault", "F2-36")]
    public void More_interim_heads_than_the_limit_end_the_stream()
    {
        Http2Driver driver = Http2Driver.Open(1, new ConnectionLimits { InformationalCount = 2 });
        Http2Frame interim = Http2Frame.Headers(1, false, (":status", "103"));
        driver.Receive(interim, interim, interim);
        Assert.Equal("interim 103; interim 103; fault TooManyInformational 8", driver.Log);
        Assert.Equal("RST 1 8", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-116"), Trait("fault", "F2-29")]
    public void Trailers_follow_a_body_or_the_head()
    {
        Gives("head 200; body b; end [t: v]", Head(false), Http2Frame.Data(1, "b"), Http2Frame.Headers(1, true, ("t", "v"), ("host", "dropped")));
        Gives("head 200; end [t: v]", Head(false), Http2Frame.Headers(1, true, ("t", "v")));
        Gives("head 200; body b; fault MalformedResponse 1", Head(false), Http2Frame.Data(1, "b"), Http2Frame.Headers(1, false, ("t", "v")));
        Gives("head 200; fault MalformedField 1", Head(false), Http2Frame.Headers(1, true, (":status", "200")));
    }

    [Fact, Trait("rule", "R2-117"), Trait("fault", "F2-51")]
    public void Head_over_its_limit_ends_the_stream_alone()
    {
        Http2Driver driver = Http2Driver.Open(2, new ConnectionLimits { HeadBytes = 1000 });
        driver.Receive(Head(true, ("x", new string('v', 1000))), Http2Frame.Headers(3, true, (":status", "204")));
        Assert.Equal("fault HeadTooLarge 8; 2: head 204; 2: end", driver.Log);
        Assert.Equal("RST 1 8", driver.Send().TakeSent());
        Assert.Equal(1000, new HttpExchange(driver.Http, new(1)).Fault.BytesExpected);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-117")]
    public void More_fields_than_the_limit_end_the_stream_alone()
    {
        Http2Driver driver = Http2Driver.Open(1, new ConnectionLimits { FieldCount = 2 });
        driver.Receive(Head(true, ("a", "1"), ("b", "2"), ("c", "3")));
        Assert.Equal("fault TooManyFields 8", driver.Log);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-117"), Trait("rule", "R2-139")]
    public void Head_far_over_its_limit_ends_the_connection_while_it_is_decoded()
    {
        byte[] bomb = [0x88, 0x40, 1, (byte)'a', 0x7F, 0x81, 0x17, .. new byte[3072].Select(static _ => (byte)'v'), .. Enumerable.Repeat((byte)0xBE, 4000)];
        Http2Driver driver = Http2Driver.Open(1, new ConnectionLimits { HeadBytes = 8000 });
        driver.Receive(new Http2Frame(Http2FrameType.Headers, Http2FrameFlags.None, 1, bomb));
        Assert.Equal("fault ProtocolViolation 11", driver.Log);
        Assert.Equal("GOAWAY 0 11", driver.Send().TakeSent());
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-118")]
    public void Head_is_of_version_2_with_names_as_received_and_no_reason()
    {
        Http2Driver driver = Http2Driver.Open();
        driver.Receive(Head(true, ("x-name", "value")));
        ResponseHead head = new HttpExchange(driver.Http, new(1)).DetachResponseHead();
        Assert.Equal((new Version(2, 0), "", "x-name"), (head.Version, head.ReasonPhrase, head.Headers[0].Name));
        Assert.Equal("HTTP/2.0 200 ", head.ToString());
        driver.Finish();
    }

    [Theory, Trait("rule", "R2-119")]
    [InlineData(EndKind.Clean)]
    [InlineData(EndKind.NoCloseNotify)]
    public void END_STREAM_completes_and_the_end_of_TLS_is_of_no_interest(EndKind end)
    {
        Http2Driver driver = Http2Driver.Open();
        driver.Receive(Head(false), Http2Frame.Data(1, "b", true)).End(end);
        Assert.Equal("head 200; body b; end; closed", driver.Log);
        Assert.False(driver.Http.Fault.Exists);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-120")]
    public void What_was_read_stands_when_the_rest_is_malformed()
    {
        Http2Driver driver = Http2Driver.Open();
        driver.IsLazy = true;
        driver.Receive(Head(false), Http2Frame.Data(1, "read"), Http2Frame.Headers(1, false, ("t", "v")));
        Assert.Equal("head 200", driver.TakeLog());
        driver.Read(new(1), 2);
        Assert.Equal("", driver.TakeLog());
        driver.Read(new(1));
        Assert.Equal("body read; fault MalformedResponse 1", driver.Log);
        driver.Finish();
    }

    [Fact, Trait("rule", "R2-016"), Trait("rule", "R2-088")]
    public void Any_cutting_gives_the_same_log()
    {
        byte[] bytes =
        [
            .. Http2Frame.Settings((3, 50), (4, 100_000)).ToArray(),
            .. Http2Frame.SettingsAck().ToArray(),
            .. Http2Frame.Headers(1, false, (":status", "103"), ("link", "</a>")).ToArray(),
            .. Http2Frame.Headers(1, false, [0x88, 0x0F, 0x0D, 0x02, (byte)'1', (byte)'5']).ToArray(),
            .. Http2Frame.Ping("12345678"u8.ToArray()).ToArray(),
            .. Http2Frame.Headers(3, false, (byte[])[0x88, 0x40, 0x82, 0x94, 0xE7, 0x03, (byte)'a', (byte)'b', (byte)'c']).ToArray(),
            .. Http2Frame.Data(1, "0123456").ToArray(),
            .. Http2Frame.Data(3, "other").ToArray(),
            .. new Http2Frame(Http2FrameType.Data, Http2FrameFlags.Padded, 1, (byte[])[2, .. "789"u8, 0, 0]).ToArray(),
            .. Http2Frame.Data(1, "abcde").ToArray(),
            .. Http2Frame.WindowUpdate(0, 5000).ToArray(),
            .. Http2Frame.Headers(1, true, ("t", "v")).ToArray(),
            .. Http2Frame.Reset(3, 2).ToArray(),
            .. Http2Frame.GoAway(3, 0).ToArray(),
        ];
        HashSet<string> logs = [];
        foreach (Cutting cutting in Cutting.All(bytes.Length))
        {
            Http2Driver driver = new() { IsLazy = cutting.Lazy };
            driver.Get();
            driver.Get("/other");
            driver.Send();
            int position = 0;
            foreach (int piece in cutting.Pieces)
            {
                driver.Receive(bytes[position..(position + piece)]);
                position += piece;
            }

            driver.Read(new(1)).Read(new(2));
            driver.Send();
            logs.Add(string.Join("; ", driver.Log.Split("; ").Order()) + " " + string.Join("; ", driver.Sent.Order()));
            driver.Finish();
        }

        Assert.StartsWith("2: body other; 2: fault StreamReset 2; 2: head 200; body 0123456789abcde; closed; end [t: v]; head 200; interim 103", Assert.Single(logs));
    }

    [Fact]
    public void Random_frames_never_throw_and_never_hang()
    {
        for (int seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            Http2Driver driver = Http2Driver.Open(3);
            ExchangeId upload = driver.Post(ContentFraming.Chunked);
            for (int i = 0; i < 60; i++)
            {
                driver.Receive(RandomFrame(random));
                if (random.Next(5) == 0 && new HttpExchange(driver.Http, upload).SendState == SendState.Body)
                {
                    driver.Http.Write(upload, new byte[random.Next(1, 40_000)]);
                }

                driver.Send(random.Next(1, 100_000));
                driver.PassTime(TimeSpan.FromMilliseconds(random.Next(100)));
            }

            driver.End();
            driver.Finish();
        }
    }

    private static byte[] RandomFrame(Random random)
    {
        int stream = random.Next(6) switch { 0 => 0, 1 => 1, 2 => 3, 3 => 5, 4 => 7, _ => random.Next(10) };
        byte[] payload = new byte[random.Next(3) == 0 ? random.Next(300) : random.Next(10)];
        random.NextBytes(payload);
        byte[] octets = (random.Next(10) switch
        {
            0 => Http2Frame.Headers(stream, random.Next(4) == 0, (":status", random.Next(100, 600).ToString(System.Globalization.CultureInfo.InvariantCulture))),
            1 => Http2Frame.Headers(stream, random.Next(4) == 0, payload),
            2 or 3 => Http2Frame.Data(stream, payload, random.Next(8) == 0),
            4 => Http2Frame.WindowUpdate(stream, (uint)random.Next()),
            5 => Http2Frame.Settings((random.Next(10), (uint)random.Next())),
            6 => Http2Frame.Ping(new byte[8]),
            7 => Http2Frame.Reset(stream, (uint)random.Next(14)),
            8 => new Http2Frame((Http2FrameType)random.Next(12), (Http2FrameFlags)random.Next(256), stream, payload),
            _ => Http2Frame.Headers(stream, false, (":status", "200"), ("a", "b")),
        }).ToArray();
        if (random.Next(20) == 0)
        {
            octets[random.Next(octets.Length)] ^= (byte)(1 << random.Next(8));
        }

        return octets;
    }

    private static void IsMalformed(FaultKind kind, string fields)
    {
        (string, string)[] all = [.. fields.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static f => (f[..f.LastIndexOf('=')], f[(f.LastIndexOf('=') + 1)..]))];
        Http2Driver driver = Http2Driver.Open(2);
        driver.Receive(Http2Frame.Headers(1, true, all), Http2Frame.Headers(3, true, (":status", "204")));
        Assert.Equal($"fault {kind} 1; 2: head 204; 2: end", driver.Log);
        Assert.Equal("RST 1 1", driver.Send().TakeSent());
        driver.Finish();
    }

    private static void Gives(string log, params Http2Frame[] frames)
    {
        foreach (int piece in (int[])[0, 1])
        {
            Http2Driver driver = Http2Driver.Open();
            driver.PieceSize = piece;
            driver.Receive(frames);
            Assert.Equal(log, driver.Log);
            driver.Finish();
        }
    }
}
