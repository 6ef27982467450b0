using PollHttp.Testing;
using Xunit;

namespace PollHttp.Fuzz;

/// <summary>
/// What a server sends on a connection of HTTP/2 with some requests, whole and in pieces: each exchange has the same log. The driver checks what must
/// hold after each step; here it is checked that credit for the connection's window is given for what came, and no more. The first octet chooses the
/// requests, the second the pieces.
/// </summary>
internal sealed class Http2Target : Target
{
    private const int Options = 2;
    private const int HeaderSize = 9;
    private const int ContentLength = 30_000;

    /// <summary>Events of the request, which have no place among those of the response.</summary>
    private static readonly string[] s_ofRequest = [nameof(EventKind.BodyReleased), nameof(EventKind.WriteReady), nameof(EventKind.AvailabilityChanged)];

    private static readonly Http2Frame[][] s_scripts =
    [
        [Http2Frame.Headers(1, false, (":status", "200"), ("x-a", "b")), Http2Frame.Data(1, "hello", true)],
        [Http2Frame.Headers(1, false, (":status", "103"), ("link", "x")), Http2Frame.Headers(1, false, (":status", "200")), Http2Frame.Data(1, "hi"), Http2Frame.Headers(1, true, ("x-sum", "1"))],
        [
            Http2Frame.Headers(3, false, (":status", "200"), ("content-length", "4")), Http2Frame.Headers(1, true, [0x88]), Http2Frame.Data(3, "ab"), Http2Frame.Reset(5, 8),
            Http2Frame.Data(3, "cd", true), Http2Frame.GoAway(5, 0, "bye"),
        ],
        [
            Http2Frame.Settings((1, 0), (3, 1), (4, 100), (5, 16_384), (6, 1000)), Http2Frame.Ping("12345678"u8.ToArray()), Http2Frame.WindowUpdate(0, 1_000), Http2Frame.WindowUpdate(1, 1),
            new(Http2FrameType.Headers, Http2FrameFlags.Padded | Http2FrameFlags.Priority, 1, (byte[])[2, 0, 0, 0, 0, 9, 0x3F, 0xE1, 0x1F, 0x88, 0, 0]),
            new(Http2FrameType.Continuation, Http2FrameFlags.EndHeaders, 1, (byte[])[0x40, 1, (byte)'a', 1, (byte)'b', 0xBE]),
            new(Http2FrameType.Data, Http2FrameFlags.Padded | Http2FrameFlags.EndStream, 1, (byte[])[1, (byte)'x', 0]),
        ],
        [Http2Frame.Headers(2, true, [0x88]), Http2Frame.Headers(1, true, [0x88])],
        [Http2Frame.GoAway(0, 0), Http2Frame.Reset(1, 7)],
        [new((Http2FrameType)0xFA, 0, 1, new byte[3]), new(Http2FrameType.Priority, 0, 1, new byte[5]), new((Http2FrameType)0x10, 0, 0, new byte[4])],
        [Http2Frame.Headers(1, false, [0x88]), Http2Frame.Data(1, new byte[600]), Http2Frame.Data(1, new byte[100]), Http2Frame.Data(1, "", true), Http2Frame.Data(1, "late")],
    ];

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds => from script in s_scripts
                                                 from way in (byte[])[0x00, 0x0A, 0x22, 0x44, 0x93]
                                                 select (byte[])[way, 3, .. (way & 0x20) == 0 ? [] : Opening, .. script.SelectMany(static f => f.ToArray())];

    private static byte[] Opening => [.. Http2Frame.Settings().ToArray(), .. Http2Frame.SettingsAck().ToArray()];

    /// <inheritdoc/>
    public override void Run(byte[] input)
    {
        if (input.Length <= Options)
        {
            return;
        }

        (string[] whole, int count) = Run(input, 0);
        (string[] cut, _) = Run(input, 1 + input[1]);
        for (int exchange = 0; exchange <= count; exchange++)
        {
            Assert.Equal(Of(whole, exchange), Of(cut, exchange));
        }
    }

    /// <summary>Runs an input in pieces of a size, and gives the log.</summary>
    private static (string[] Log, int Exchanges) Run(byte[] input, int pieceSize)
    {
        int way = input[0];
        int count = 1 + (way & 7);
        Http2Driver driver = new(leniency: (way & 0x10) != 0 ? Leniency.All : Leniency.Default) { IsLazy = (way & 0x08) != 0 };
        bool hasContent = (way & 0x80) != 0;
        if (hasContent)
        {
            ExchangeId upload = driver.Post(ContentFraming.Chunked);
            driver.Http.Write(upload, new byte[ContentLength]);
            driver.Http.FinishBody(upload);
        }

        for (int i = hasContent ? 1 : 0; i < count; i++)
        {
            driver.Get();
        }

        driver.Send(hasContent ? ContentLength / 2 : int.MaxValue);
        byte[] octets = [.. (way & 0x20) == 0 ? Opening : [], .. input.AsSpan(Options)];
        driver.PieceSize = pieceSize;
        driver.Receive(octets).Send();
        if (driver.Http.AvailableExchanges > 0)
        {
            CheckCredit(driver, octets);
        }

        if ((way & 0x40) != 0)
        {
            driver.End().Send();
        }

        driver.Finish();
        return (driver.Log.Split("; "), count);
    }

    /// <summary>The credit for the connection is for DATA that came, and is not kept back beyond the share that is saved up.</summary>
    private static void CheckCredit(Http2Driver driver, byte[] octets)
    {
        long came = 0;
        ReadOnlySpan<byte> rest = octets;
        while (rest.Length >= HeaderSize)
        {
            int length = (rest[0] << 16) | (rest[1] << 8) | rest[2];
            came += rest[3] == (byte)Http2FrameType.Data ? length : 0;
            rest = rest[Math.Min(HeaderSize + length, rest.Length)..];
        }

        // The first one, after the preface, is what the window begins with.
        long given = driver.Sent.Where(static f => f.StartsWith("WINDOW 0 ", StringComparison.Ordinal)).Skip(1)
            .Sum(static f => long.Parse(f["WINDOW 0 ".Length..], System.Globalization.CultureInfo.InvariantCulture));
        Assert.InRange(given, 0, came);
        Assert.InRange(came - given, 0, Core.Http2.Http2Options.Default.ReceiveBudget / 4);
    }

    /// <summary>The log of one response; 0 is the connection.</summary>
    private static string Of(string[] log, int exchange) =>
        string.Join("; ", log.Where(l => NumberOf(l) == exchange && !Array.Exists(s_ofRequest, e => l.EndsWith(e, StringComparison.Ordinal))));

    private static int NumberOf(string line)
    {
        int colon = line.IndexOf(": ", StringComparison.Ordinal);
        return colon > 0 && int.TryParse(line.AsSpan(0, colon), out int number) ? number : line == "closed" ? 0 : 1;
    }
}
