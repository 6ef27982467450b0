using PollHttp.Testing;

namespace PollHttp.Parity.Differential;

/// <summary>What a server sends after the request on stream 1, before it closes its side of the connection.</summary>
/// <param name="Method">The method of the request.</param>
/// <param name="Octets">The octets to send.</param>
internal sealed record Http2Script(string Method, byte[] Octets)
{
    private const int MostShown = 60;
    private const int HeaderSize = 9;
    private const uint RefusedStream = 7;

    private static readonly ScriptFrame s_settings = new(Http2Frame.Settings());
    private static readonly ScriptFrame s_ack = new(Http2Frame.SettingsAck());

    /// <summary>Answers as they should be.</summary>
    private static readonly ScriptFrame[][] s_answers =
    [
        [s_settings, s_ack, ScriptFrame.Head(false, (":status", "200"), ("content-type", "text/plain"), ("x-a", "b")), Data("hello", true)],
        [s_settings, s_ack, ScriptFrame.Head(true, (":status", "404"), ("server", "s"), ("set-cookie", "a=b"), ("set-cookie", "c=d"))],
        [s_settings, s_ack, ScriptFrame.Head(false, (":status", "200"), ("trailer", "x-sum")), Data("hel", false), Data("lo", false), ScriptFrame.Head(true, ("x-sum", "1"), ("etag", "\"e\""))],
        [s_settings, s_ack, ScriptFrame.Head(false, (":status", "103"), ("link", "</a>")), ScriptFrame.Head(false, (":status", "100")), ScriptFrame.Head(false, (":status", "200")), Data("hi", true)],
        [
            s_settings, s_ack, Raw(Http2FrameType.Headers, 0, 1, Http2Fields.Encode((":status", "200"), ("x-lo", ""))[..^3]),
            Raw(Http2FrameType.Continuation, 0, 1, [(byte)'l', (byte)'o', 0]), Raw(Http2FrameType.Continuation, Http2FrameFlags.EndHeaders, 1, []), Data("cut", true),
        ],
        [
            s_settings, Raw(Http2FrameType.Priority, 0, 3, [0, 0, 0, 0, 9]),
            Raw(Http2FrameType.Headers, Http2FrameFlags.EndHeaders | Http2FrameFlags.Padded | Http2FrameFlags.Priority, 1, [3, 0x80, 0, 0, 0, 7, 0x88, 0, 0, 0]),
            Raw(Http2FrameType.Data, Http2FrameFlags.Padded, 1, [4, .. "padded"u8, 0, 0, 0, 0]), Raw(Http2FrameType.Data, Http2FrameFlags.Padded | Http2FrameFlags.EndStream, 1, [0]),
        ],
        [s_settings, s_ack, ScriptFrame.Head(false, (":status", "200"), ("content-length", "5")), Data("hel", false), Data("lo", true)],
        [s_settings, s_ack, ScriptFrame.Head(true, (":status", "204"), ("date", "Sun, 29 Nov 2026 00:00:00 GMT"))],
        [s_settings, s_ack, ScriptFrame.Head(true, (":status", "304"), ("content-length", "7"))],
        [
            new(Http2Frame.Settings((1, 0), (3, 1), (4, 1), (5, 16_384), (6, 1000), (0x99, 1))), s_ack, new(Http2Frame.Ping("12345678"u8.ToArray())), new(Http2Frame.WindowUpdate(0, 1)),
            new(Http2Frame.WindowUpdate(1, 1)), ScriptFrame.Head(false, (":status", "200")), new(Http2Frame.Settings((4, 100_000))), Data("busy", true),
        ],
        [s_settings, s_ack, new(Http2Frame.GoAway(int.MaxValue, 0)), new(Http2Frame.GoAway(1, 0, "bye")), ScriptFrame.Head(false, (":status", "200")), Data("last", true)],
        [s_settings, s_ack, ScriptFrame.Head(false, (":status", "200")), Data("part", false), new(Http2Frame.Reset(1, 8))],
        [s_settings, s_ack, ScriptFrame.Head(false, (":status", "200")), Data("part", true), new(Http2Frame.Reset(1, 0))],
        [
            s_settings, s_ack, Raw(Http2FrameType.Headers, Http2FrameFlags.EndHeaders, 1, [0x20, 0x3F, 0xE1, 0x1F, 0x88, .. Convert.FromHexString("408825a849e95ba97d7f8925a849e95bb8e8b4bf")]),
            Data("table", false), Raw(Http2FrameType.Headers, Http2FrameFlags.EndHeaders | Http2FrameFlags.EndStream, 1, [0xBE, 0x1F, 0x2F, 1, (byte)'x']),
        ],
        [s_settings, s_ack, ScriptFrame.Head(false, (":status", "200"), ("content-length", "16384")), new(Http2Frame.Data(1, new byte[16_384])), Data("", true)],
        [s_settings, s_ack, ScriptFrame.Head(false, (":status", "200"), ("content-length", "0")), Data("", false), Data("", true)],
    ];

    private static readonly ScriptFrame[] s_others =
    [
        s_settings, s_ack, Data("more", false), Data("end", true), Data("", false), ScriptFrame.Head(true, ("x-t", "late")), ScriptFrame.Head(false, (":status", "200")),
        ScriptFrame.Head(false, (":status", "100")), ScriptFrame.Head(true, (":status", "500")), ScriptFrame.Head(false, (":status", "101")), ScriptFrame.Head(true),
        new(Http2Frame.Reset(1, 0)), new(Http2Frame.Reset(1, 2)), new(Http2Frame.Reset(1, 8)), new(Http2Frame.Reset(1, 11)), new(Http2Frame.Reset(1, 0xABCDEF)), new(Http2Frame.Reset(3, 1)),
        new(Http2Frame.Reset(0, 1)), new(Http2Frame.GoAway(0, 0)), new(Http2Frame.GoAway(0, 11)), new(Http2Frame.GoAway(1, 2, "no")), new(Http2Frame.GoAway(1, 13)),
        new(Http2Frame.GoAway(3, 0)), new(Http2Frame.Settings((2, 1))), new(Http2Frame.Settings((2, 0), (3, 0))), new(Http2Frame.Settings((2, 7))), new(Http2Frame.Settings((4, 0x8000_0000))),
        new(Http2Frame.Settings((4, int.MaxValue))), new(Http2Frame.Settings((5, 1))), new(Http2Frame.Settings((5, 0x100_0000))), new(Http2Frame.Settings((8, 1))), new(Http2Frame.Settings((8, 2))),
        new(Http2Frame.Settings((9, 1))), new(Http2Frame.Settings((9, 2))), new(Http2Frame.WindowUpdate(0, 0)), new(Http2Frame.WindowUpdate(1, 0)),
        new(Http2Frame.WindowUpdate(0, int.MaxValue)), new(Http2Frame.WindowUpdate(1, int.MaxValue)), new(Http2Frame.WindowUpdate(5, 9)), new(Http2Frame.Ping(new byte[8])),
        new(Http2Frame.Ping(new byte[8], ack: true)), new(Http2Frame.Ping(new byte[7])), Raw((Http2FrameType)0xFA, 0, 1, [1, 2, 3]), Raw((Http2FrameType)0x0A, 0, 0, [0, 0]), // ALTSVC
        Raw((Http2FrameType)0x0C, 0, 0, [0, 0]), Raw((Http2FrameType)0x10, 0, 0, [0, 0, 0, 1]), // ORIGIN, PRIORITY_UPDATE
        Raw(Http2FrameType.PushPromise, Http2FrameFlags.EndHeaders, 1, [0, 0, 0, 2, 0x82]), Raw(Http2FrameType.Priority, 0, 1, [0, 0, 0, 1, 1]), Raw(Http2FrameType.Priority, 0, 1, [0]),
        Raw(Http2FrameType.Continuation, Http2FrameFlags.EndHeaders, 1, []), Raw(Http2FrameType.Data, Http2FrameFlags.Padded, 1, [9, 1]), new(Http2Frame.Data(1, new byte[16_385])),
    ];

    private static readonly (string Name, string Value)[] s_fields =
    [
        (":status", "200"), (":status", "2000"), (":status", "20"), (":status", "0200"), (":status", "abc"), (":status", ""), (":status", "099"), (":status", "199"), (":status", "204"),
        (":status", "999"), (":path", "/"), (":unknown", "x"), ("", "empty"), ("X-Upper", "u"), ("x space", "s"), ("x:colon", "c"), ("x\u00e9", "e"), ("x\0", "n"), ("x-nul", "a\0b"),
        ("x-cr", "a\rb"), ("x-lf", "a\nb"), ("x-blank", " padded\t"), ("x-latin", "\u00e9\u00ff"), ("x-control", "\u0001\u007f"), ("x-empty", ""), ("connection", "close"),
        ("keep-alive", "timeout=1"), ("proxy-connection", "x"), ("transfer-encoding", "chunked"), ("upgrade", "h2c"), ("te", "gzip"), ("host", "h"), ("content-length", "5"),
        ("content-length", "05"), ("content-length", "0"), ("content-length", "4"), ("content-length", "5, 5"), ("content-length", "5, 6"), ("content-length", "-1"), ("content-length", "x"),
        ("content-length", "99999999999999999999"), ("content-length", ""), ("content-type", ""), ("content-encoding", "gzip"), ("location", "/x"), ("etag", "bad\""), ("x-many", new string('m', 2_000)),
    ];

    /// <summary>Gets the frames, as a reader finds them, with the number of octets that are missing of the last one.</summary>
    public IEnumerable<(Http2Frame Frame, int Missing)> Frames
    {
        get
        {
            for (int at = 0; at + HeaderSize <= Octets.Length;)
            {
                int length = (Octets[at] << 16) | (Octets[at + 1] << 8) | Octets[at + 2];
                int there = Math.Min(length, Octets.Length - at - HeaderSize);
                int stream = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(Octets.AsSpan(at + 5)) & int.MaxValue;
                yield return (new((Http2FrameType)Octets[at + 3], (Http2FrameFlags)Octets[at + 4], stream, Octets.AsMemory(at + HeaderSize, there)), length - there);
                at += HeaderSize + there;
            }
        }
    }

    /// <summary>Gets a value indicating whether the server refuses the stream. As the platform tries again on a connection that is about to end,
    /// what it sees then is a matter of time.</summary>
    private bool RefusesStream => Frames.Any(static f =>
        f.Frame is { Type: Http2FrameType.RstStream, Payload.Length: >= 4 } && System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(f.Frame.Payload.Span) == RefusedStream);

    /// <summary>Makes a script: an answer with up to three changes.</summary>
    public static Http2Script Make(Random random)
    {
        Http2Script script;
        do
        {
            script = MakeAny(random);
        }
        while (script.RefusesStream);

        return script;
    }

    private static Http2Script MakeAny(Random random)
    {
        List<ScriptFrame> frames = [.. s_answers[random.Next(s_answers.Length)]];
        string method = random.Next(8) switch
        {
            0 => "HEAD",
            1 => "POST",
            _ => "GET",
        };
        int changes = random.Next(1, 4);
        for (int i = 1; i < changes; i++)
        {
            Change(random, frames);
        }

        bool isOfOctets = random.Next(5) == 0;
        if (!isOfOctets)
        {
            Change(random, frames);
        }

        byte[] octets = [.. frames.SelectMany(static f => f.ToArray())];
        return new(method, isOfOctets ? ChangeOctets(random, octets) : octets);
    }

    /// <summary>Shows the frames.</summary>
    public override string ToString() => Method + string.Concat(Frames.Select(static f =>
        $"\n    {f.Frame.Type} 0x{(int)f.Frame.Flags:x} on {f.Frame.StreamId} {Show(f.Frame.Payload.Span)}{(f.Missing > 0 ? $" and {f.Missing} missing" : "")}"));

    private static string Show(ReadOnlySpan<byte> octets)
    {
        StringBuilder text = new();
        foreach (byte octet in octets[..Math.Min(octets.Length, MostShown)])
        {
            text.Append(octet is > (byte)' ' and < 0x7F ? ((char)octet).ToString() : $"\\{octet:x2}");
        }

        return text.ToString();
    }

    private static void Change(Random random, List<ScriptFrame> frames)
    {
        if (frames.Count == 0)
        {
            return;
        }

        int at = random.Next(frames.Count);
        ScriptFrame frame = frames[at];
        ReadOnlyMemory<byte> payload = frame.Whole.Payload;
        switch (random.Next(16))
        {
            case 0:
                frames.RemoveAt(at);
                break;
            case 1:
                frames.Insert(random.Next(at, frames.Count) + 1, frame);
                break;
            case 2:
                int other = random.Next(frames.Count);
                (frames[at], frames[other]) = (frames[other], frame);
                break;
            case 3 when !payload.IsEmpty:
                frames[at] = frame.With(payload[..random.Next(payload.Length)]);
                break;
            case 4:
                byte[] more = new byte[random.Next(1, 9)];
                random.NextBytes(more);
                frames[at] = frame.With((byte[])[.. payload.Span, .. more]);
                break;
            case 5:
                frames[at] = frame with { Frame = frame.Frame with { Flags = frame.Frame.Flags ^ (Http2FrameFlags)(1 << random.Next(7)) } };
                break;
            case 6:
                frames[at] = frame with { Frame = frame.Frame with { StreamId = random.Next(6) switch { 0 => 0, 1 => 1, 2 => 2, 3 => 3, 4 => int.MaxValue, _ => unchecked((int)0x8000_0001) } } };
                break;
            case 7:
                frames[at] = frame with { Frame = frame.Frame with { Type = (Http2FrameType)random.Next(14) } };
                break;
            case 8:
                frames[at] = frame with { LengthError = random.Next(-2, 3) };
                break;
            case 9 when !payload.IsEmpty:
                byte[] changed = payload.ToArray();
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
                frames[at] = frame.With(changed);
                break;
            case 10 or 11 or 12 when frames.Find(static f => f.Fields is not null) is not null:
                ChangeFields(random, frames);
                break;
            default:
                frames.Insert(random.Next(frames.Count + 1), s_others[random.Next(s_others.Length)]);
                break;
        }
    }

    private static void ChangeFields(Random random, List<ScriptFrame> frames)
    {
        int at;
        do
        {
            at = random.Next(frames.Count);
        }
        while (frames[at].Fields is null);

        List<(string Name, string Value)> fields = [.. frames[at].Fields!];
        (string Name, string Value) field = s_fields[random.Next(s_fields.Length)];
        int place = random.Next(fields.Count + 1);
        if (place < fields.Count && random.Next(3) == 0)
        {
            fields.RemoveAt(place);
        }
        else if (place < fields.Count && (random.Next(2) == 0 || field.Name == ":status"))
        {
            fields[place] = field;
        }
        else
        {
            fields.Insert(place, field);
        }

        frames[at] = frames[at] with { Fields = [.. fields] };
    }

    private static byte[] ChangeOctets(Random random, byte[] octets)
    {
        if (octets.Length == 0)
        {
            return octets;
        }

        int at = random.Next(octets.Length);
        switch (random.Next(4))
        {
            case 0:
                return octets[..at];
            case 1:
                return [.. octets[..at], (byte)random.Next(256), .. octets[at..]];
            case 2:
                return [.. octets[..at], .. octets[(at + 1)..]];
            default:
                octets[at] ^= (byte)(1 << random.Next(8));
                return octets;
        }
    }

    private static ScriptFrame Data(string text, bool endsStream) => new(Http2Frame.Data(1, text, endsStream));

    private static ScriptFrame Raw(Http2FrameType type, Http2FrameFlags flags, int stream, byte[] payload) => new(new Http2Frame(type, flags, stream, payload));
}
