using PollHttp.Core.Http2;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>
/// The cases that h2spec has for clients, in our words: what a server sends while requests wait on streams 1 and 3, and what the client sends then.
/// After anything but GOAWAY the request on stream 3 goes on to its end.
/// </summary>
public sealed class H2SpecClientCases
{
    private const Http2FrameFlags None = Http2FrameFlags.None;
    private const Http2FrameFlags EndHeaders = Http2FrameFlags.EndHeaders;
    private const Http2FrameFlags EndStream = Http2FrameFlags.EndStream;
    private const Http2FrameFlags Padded = Http2FrameFlags.Padded;
    private const Http2FrameFlags Unknown = (Http2FrameFlags)0xFF;

    private static readonly byte[] s_block = Http2Fields.Encode((":status", "200"), ("x-name", "value"));
    private static readonly byte[] s_octets = "12345678"u8.ToArray();
    private static readonly Http2Frame s_head = Http2Frame.Headers(1, false, (":status", "200"));
    private static readonly Http2Frame s_whole = Http2Frame.Headers(1, true, (":status", "200"));
    private static readonly Http2Frame s_open = new(Http2FrameType.Headers, EndStream, 1, s_block);
    private static readonly Http2Frame s_more = new(Http2FrameType.Continuation, None, 1, default);
    private static readonly Http2Frame s_last = new(Http2FrameType.Continuation, EndHeaders, 1, default);
    private static readonly Http2Frame s_unknown = new((Http2FrameType)0x16, None, 0, s_octets);

    private static readonly Dictionary<string, Case> s_cases = new()
    {
        ["3.4/1 the server's preface is not SETTINGS"] = new("002", "GOAWAY 0 1", Http2Frame.Ping(s_octets)) { IsFirst = true },
        ["4.1/1 a frame of an unknown type"] = new("012", "", s_unknown),
        ["4.1/2 a PING with unknown flags"] = new("012", "PING ack 12345678", new Http2Frame(Http2FrameType.Ping, Unknown & ~Http2FrameFlags.Ack, 0, s_octets)),
        ["4.1/3 a PING with the reserved bit"] = new("012", "PING ack 12345678", new Http2Frame(Http2FrameType.Ping, None, int.MinValue, s_octets)),
        ["4.2/1 DATA of 2^14 octets"] = new("013", "", s_head, Http2Frame.Data(1, new byte[16_384], true)) { Log = "head 200; body 16384 bytes; end" },
        ["4.2/2 DATA of more"] = new("013", "GOAWAY 0 6", s_head, new Http2Frame(Http2FrameType.Data, None, 1, new byte[16_385])),
        ["4.2/3 HEADERS of more"] = new("013", "GOAWAY 0 6", new Http2Frame(Http2FrameType.Headers, EndHeaders, 1, new byte[16_385])),
        ["4.3/1 a field block that can't be decoded"] = new("080", "GOAWAY 0 9", Block(0x80)),
        ["5.1/1 DATA on an idle stream"] = new("025", "GOAWAY 0 1", Http2Frame.Data(5, "x")),
        ["5.1/2 RST_STREAM on an idle stream"] = new("025", "GOAWAY 0 1", Http2Frame.Reset(5, 8)),
        ["5.1/3 WINDOW_UPDATE on an idle stream"] = new("025", "GOAWAY 0 1", Http2Frame.WindowUpdate(5, 100)),
        ["5.1/4 CONTINUATION on an idle stream"] = new("018", "GOAWAY 0 1", s_last with { StreamId = 5 }),
        ["5.1/5 DATA after RST_STREAM"] = new("027", "RST 1 5", s_head, Http2Frame.Reset(1, 8), Http2Frame.Data(1, "x")) { Log = "head 200; fault StreamReset 8" },
        ["5.1/6 HEADERS after RST_STREAM"] = new("027", "RST 1 5", Http2Frame.Reset(1, 8), s_whole) { Log = "fault StreamReset 8" },
        ["5.1/7 CONTINUATION after RST_STREAM"] = new("018", "GOAWAY 0 1", Http2Frame.Reset(1, 8), s_last),
        ["5.1/8 DATA after END_STREAM"] = new("026", "GOAWAY 0 5", s_whole, Http2Frame.Data(1, "x")),
        ["5.1/9 HEADERS after END_STREAM"] = new("026", "GOAWAY 0 5", s_whole, s_whole),
        ["5.1/10 CONTINUATION after END_STREAM"] = new("018", "GOAWAY 0 1", s_whole, s_last),
        ["5.1.1/1 HEADERS on an even stream"] = new("025", "GOAWAY 0 1", s_whole with { StreamId = 2 }),
        ["5.4.1/1 a bad PING is answered with GOAWAY"] = new("055", "GOAWAY 0 1", Http2Frame.Ping(s_octets) with { StreamId = 3 }),
        ["5.4.1/2 and then the connection is closed"] = new("065", "GOAWAY 0 6", new Http2Frame(Http2FrameType.Ping, None, 0, new byte[6])),
        ["5.5/1 an unknown frame in between"] = new("012", "", s_head, s_unknown, Http2Frame.Data(1, "x", true)) { Log = "head 200; body x; end" },
        ["6.1/1 DATA on stream 0"] = new("019", "GOAWAY 0 1", Http2Frame.Data(0, "x")),
        ["6.1/2 DATA on a closed stream"] = new("026", "GOAWAY 0 5", s_head, Http2Frame.Data(1, "x", true), Http2Frame.Data(1, "x")),
        ["6.1/3 DATA with too much padding"] = new("015", "GOAWAY 0 1", s_head, new Http2Frame(Http2FrameType.Data, Padded, 1, (byte[])[4, 0, 0, 0])),
        ["6.2/1 PRIORITY in a field block"] = new("017", "GOAWAY 0 1", s_open, new Http2Frame(Http2FrameType.Priority, None, 1, new byte[5]), s_last),
        ["6.2/2 HEADERS on stream 0"] = new("019", "GOAWAY 0 1", s_whole with { StreamId = 0 }),
        ["6.2/3 HEADERS with too much padding"] = new("015", "GOAWAY 0 1", new Http2Frame(Http2FrameType.Headers, Padded | EndHeaders, 1, (byte[])[2, 0x88])),
        ["6.3/1 PRIORITY on stream 0"] = new("042", "GOAWAY 0 1", new Http2Frame(Http2FrameType.Priority, None, 0, new byte[5])),
        ["6.3/2 PRIORITY of a wrong length"] = new("042", "RST 1 6", new Http2Frame(Http2FrameType.Priority, None, 1, new byte[4])) { Log = "fault ProtocolViolation 6" },
        ["6.4/1 RST_STREAM on stream 0"] = new("038", "GOAWAY 0 1", Http2Frame.Reset(0, 8)),
        ["6.4/2 RST_STREAM on an idle stream"] = new("038", "GOAWAY 0 1", Http2Frame.Reset(7, 8)),
        ["6.4/3 RST_STREAM of a wrong length"] = new("038", "GOAWAY 0 6", new Http2Frame(Http2FrameType.RstStream, None, 1, new byte[3])),
        ["6.5/1 SETTINGS ACK with a payload"] = new("043", "GOAWAY 0 6", new Http2Frame(Http2FrameType.Settings, Http2FrameFlags.Ack, 0, new byte[6])),
        ["6.5/2 SETTINGS on a stream"] = new("043", "GOAWAY 0 1", Http2Frame.Settings((3, 100)) with { StreamId = 1 }),
        ["6.5/3 SETTINGS of a wrong length"] = new("043", "GOAWAY 0 6", new Http2Frame(Http2FrameType.Settings, None, 0, new byte[3])),
        ["6.5.2/1 a window that is too large"] = new("046", "GOAWAY 0 3", Http2Frame.Settings((4, 0x8000_0000))),
        ["6.5.2/2 a frame size that is too small"] = new("048", "GOAWAY 0 1", Http2Frame.Settings((5, 16_383))),
        ["6.5.2/3 a frame size that is too large"] = new("048", "GOAWAY 0 1", Http2Frame.Settings((5, 16_777_216))),
        ["6.5.2/4 an unknown setting"] = new("053", "SETTINGS ack", Http2Frame.Settings((0xFF, 1))),
        ["6.5.3/1 SETTINGS are acknowledged"] = new("044", "SETTINGS ack", Http2Frame.Settings((3, 100))),
        ["6.7/1 PING is answered"] = new("056", "PING ack 12345678", Http2Frame.Ping(s_octets)),
        ["6.7/2 PING ACK is not"] = new("056", "", Http2Frame.Ping(s_octets, ack: true)),
        ["6.7/3 PING on a stream"] = new("055", "GOAWAY 0 1", Http2Frame.Ping(s_octets) with { StreamId = 1 }),
        ["6.7/4 PING of a wrong length"] = new("055", "GOAWAY 0 6", new Http2Frame(Http2FrameType.Ping, None, 0, new byte[7])),
        ["6.8/1 GOAWAY on a stream"] = new("059", "GOAWAY 0 1", Http2Frame.GoAway(3, 0) with { StreamId = 1 }),
        ["6.9/1 WINDOW_UPDATE of 0 for the connection"] = new("066", "GOAWAY 0 1", Http2Frame.WindowUpdate(0, 0)),
        ["6.9/2 WINDOW_UPDATE of 0 for a stream"] = new("066", "RST 1 1", Http2Frame.WindowUpdate(1, 0)) { Log = "fault ProtocolViolation 1" },
        ["6.9/3 WINDOW_UPDATE of a wrong length"] = new("066", "GOAWAY 0 6", new Http2Frame(Http2FrameType.WindowUpdate, None, 0, new byte[3])),
        ["6.9.1/1 the connection's window past 2^31-1"] = new("067", "GOAWAY 0 3", Http2Frame.WindowUpdate(0, int.MaxValue), Http2Frame.WindowUpdate(0, int.MaxValue)),
        ["6.9.1/2 a stream's window past 2^31-1"] = new("067", "RST 1 3", Http2Frame.WindowUpdate(1, int.MaxValue)) { Log = "fault ProtocolViolation 3" },
        ["6.10/1 several CONTINUATIONs"] = new("018", "", s_open, s_more, s_more, s_last) { Log = "head 200; end" },
        ["6.10/2 DATA between them"] = new("017", "GOAWAY 0 1", s_open, s_more, Http2Frame.Data(1, "x"), s_last),
        ["6.10/3 CONTINUATION on stream 0"] = new("018", "GOAWAY 0 1", s_open, s_last with { StreamId = 0 }),
        ["6.10/4 CONTINUATION after END_HEADERS"] = new("018", "GOAWAY 0 1", s_head, s_last),
        ["6.10/5 CONTINUATION after one with END_HEADERS"] = new("018", "GOAWAY 0 1", s_open, s_last, s_last),
        ["6.10/6 CONTINUATION after DATA"] = new("018", "GOAWAY 0 1", s_head, Http2Frame.Data(1, "x"), s_last),

        ["hpack 2.3.3/1 an index beyond both tables"] = new("080", "GOAWAY 0 9", Block(0x88, 0xC6)),
        ["hpack 2.3.3/2 a literal whose name has such an index"] = new("080", "GOAWAY 0 9", Block(0x88, 0x7F, 0x07, 1, (byte)'x')),
        ["hpack 4.2/1 a size update after a field"] = new("084", "GOAWAY 0 9", Block(0x88, 0x20)),
        ["hpack 5.2/1 padding of more than 7 bits"] = new("082", "GOAWAY 0 9", Block(0x88, 0x00, 0x01, (byte)'a', 0x82, 0x1F, 0xFF)),
        ["hpack 5.2/2 padding of zeros"] = new("082", "GOAWAY 0 9", Block(0x88, 0x00, 0x01, (byte)'a', 0x81, 0x18)),
        ["hpack 5.2/3 the symbol EOS"] = new("082", "GOAWAY 0 9", Block(0x88, 0x00, 0x01, (byte)'a', 0x84, 0xFF, 0xFF, 0xFF, 0xFF)),
        ["hpack 6.1/1 the index 0"] = new("080", "GOAWAY 0 9", Block(0x88, 0x80)),
        ["hpack 6.3/1 a size update above our limit"] = new("084", "GOAWAY 0 9", Block(0x3F, 0xE2, 0x1F, 0x88)),
    };

    /// <summary>The names of the cases, with the rules that they are about.</summary>
    public static IEnumerable<object[]> Cases => s_cases.Select(static c => new object[] { c.Key, "R2-" + c.Value.Rule });

    [Theory, MemberData(nameof(Cases))]
    public void Client_does_what_the_rule_says(string name, string rule)
    {
        Case tried = s_cases[name];
        Assert.Equal("R2-" + tried.Rule, rule);
        foreach (int piece in (int[])[0, 1])
        {
            Http2Driver driver = Http2Driver.Open(2);
            if (tried.IsFirst)
            {
                driver.Finish();
                driver = new();
                driver.Get();
                driver.Send().TakeSent();
            }

            driver.PieceSize = piece;
            driver.Receive(tried.Frames).Send();
            Assert.Equal(tried.Sent, string.Join("; ", driver.Sent.Where(static f => !f.StartsWith("WINDOW", StringComparison.Ordinal))));
            if (tried.Sent.StartsWith("GOAWAY", StringComparison.Ordinal))
            {
                Assert.Contains("fault ProtocolViolation " + tried.Sent.Split(' ')[2], driver.Log);
                Assert.EndsWith("; closed", driver.Log);
            }
            else
            {
                Assert.Equal(tried.Log, driver.TakeLog());
                driver.Receive(Http2Frame.Headers(3, false, (":status", "200")), Http2Frame.Data(3, "on", true));
                Assert.Equal("2: head 200; 2: body on; 2: end", driver.Log);
            }

            driver.Finish();
        }
    }

    private static Http2Frame Block(params byte[] octets) => Http2Frame.Headers(1, false, octets);

    /// <summary>What the server sends, what the client sends after that, and what it says about the exchange on stream 1.</summary>
    private sealed record Case(string Rule, string Sent, params Http2Frame[] Frames)
    {
        public string Log { get; init; } = "";

        /// <summary>Gets a value indicating whether the frames are the first of the connection.</summary>
        public bool IsFirst { get; init; }
    }
}
