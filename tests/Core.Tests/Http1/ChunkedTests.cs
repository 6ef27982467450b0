using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>The chunked coding (RFC 9112 §7.1), in every cutting.</summary>
public sealed class ChunkedTests
{
    private const string Head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    [Theory]
    [Trait("rule", "R-073")]
    [Trait("rule", "R-074")]
    [Trait("rule", "R-084")]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", "hello!")]
    [InlineData("A\r\n0123456789\r\n0\r\n\r\n", "0123456789")]
    [InlineData("a\r\n0123456789\r\n0\r\n\r\n", "0123456789")]
    [InlineData("0A\r\n0123456789\r\n00000\r\n\r\n", "0123456789")]
    [InlineData("0000000000000005\r\nhello\r\n0000000000000000\r\n\r\n", "hello")]
    [InlineData("2\r\n\r\n\r\n0\r\n\r\n", "\r\n")]
    [InlineData("5\r\nhello\r\n0;last=1\r\n\r\n", "hello")]
    public void A_size_is_hexadecimal_in_either_case(string chunks, string body) =>
        Exchange.Get(Head + chunks).Logs($"head 200; body {body}; end; reusable");

    [Fact]
    [Trait("rule", "R-073")]
    public void A_body_may_be_empty() => Exchange.Get(Head + "0\r\n\r\n").Logs("head 200; end; reusable");

    [Theory]
    [Trait("rule", "R-074")]
    [Trait("rule", "R-075")]
    [Trait("past", "C-47")]
    [InlineData("00000000000000005")]
    [InlineData("8000000000000000")]
    [InlineData("ffffffffffffffff")]
    [InlineData("10000000000000000")]
    [InlineData("10000000000000005")]
    [InlineData("ffffffffffffffffffffffffffffffff5")]
    public void A_size_of_too_many_digits_or_over_63_bits_is_refused(string size) => Breaks(size + "\r\nhello\r\n0\r\n\r\n");

    [Fact]
    [Trait("rule", "R-075")]
    public void The_largest_size_is_63_bits()
    {
        Fault fault = Exchange.Get(Head + "7fffffffffffffff\r\nhello").ThenEnds().Logs("head 200; body hello; fault TruncatedBody; closed").Fault;
        Assert.Equal(5, fault.BytesReceived);
    }

    [Theory]
    [Trait("rule", "R-076")]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("0x5")]
    [InlineData("5h")]
    [InlineData("g")]
    [InlineData(" 5")]
    [InlineData("\t5")]
    [InlineData("5 5")]
    [InlineData("1_0")]
    [InlineData("\u00ef\u00bc\u0095")]
    [InlineData("5\0")]
    [InlineData("5.")]
    [InlineData("5,")]
    [InlineData(";a=b")]
    public void A_size_has_digits_only(string size) => Breaks(size + "\r\nhello\r\n0\r\n\r\n");

    [Theory]
    [Trait("rule", "R-076")]
    [Trait("rule", "R-077")]
    [InlineData("5 ")]
    [InlineData("5\t \t")]
    [InlineData("5 ;ext")]
    [InlineData("5; ext = value ; b")]
    [InlineData("5;name=value")]
    [InlineData("5;a;b;c=d")]
    [InlineData("5;name=\"quo;ted\\\"x\"")]
    [InlineData("5;name=\"\"")]
    [InlineData("5;name=\"\t\u0080\u00ff\\\\\" ; b")]
    public void Extensions_and_bad_white_space_are_passed_over(string size) =>
        Exchange.Get($"{Head}{size}\r\nhello\r\n0\r\n\r\n").Logs("head 200; body hello; end; reusable");

    [Theory]
    [Trait("rule", "R-078")]
    [Trait("past", "C-68")]
    [InlineData("5;")]
    [InlineData("5; ")]
    [InlineData("5;=x")]
    [InlineData("5;a=")]
    [InlineData("5;a=b=c")]
    [InlineData("5;a b")]
    [InlineData("5;a=b c")]
    [InlineData("5;a=\"unterminated")]
    [InlineData("5;a=\"b\"c")]
    [InlineData("5;a=\"x\ny\"")]
    [InlineData("5;a=\"x\r\ny\"")]
    [InlineData("5;a=\"x\\\n\"")]
    [InlineData("5;a=\"x\0\"")]
    [InlineData("5;a\nb")]
    [InlineData("5;a\rb")]
    [InlineData("5;\n")]
    [InlineData("5;a=\n")]
    [InlineData("5;;a")]
    [InlineData("5;@")]
    public void A_malformed_extension_is_refused(string size) => Breaks(size + "\r\nhello\r\n0\r\n\r\n");

    [Theory]
    [Trait("rule", "R-079")]
    [Trait("past", "C-42")]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public void The_extensions_of_a_line_may_be_as_long_as_their_limit(int over)
    {
        Exchange exchange = Exchange.Get($"{Head}5;{new string('a', 99 + over)}\r\nhello\r\n0\r\n\r\n").Limited(l => l.ChunkExtensionLineBytes = 100);
        if (over <= 0)
        {
            exchange.Logs("head 200; body hello; end; reusable");
        }
        else
        {
            Assert.Equal(100, exchange.Logs("head 200; fault ChunkExtensionTooLarge; closed").Fault.BytesExpected);
        }
    }

    [Theory]
    [Trait("rule", "R-079")]
    [Trait("past", "C-42")]
    [InlineData(1, 65, ' ')]
    [InlineData(1, 4096, 'a')]
    [InlineData(4, 300, 'a')]
    [InlineData(10, 4096, 'a')]
    public void The_extensions_of_a_body_stay_in_proportion_to_it(int size, int extension, char filling)
    {
        string chunk = Chunk(size, (filling == 'a' ? ";" : " ") + new string(filling, extension - 1));
        int excess = extension - (64 * size);
        string chunks = string.Concat(Enumerable.Repeat(chunk, (1000 / excess) + 1));
        Exchange allowed = Exchange.Get(Head + chunks + "0\r\n\r\n").Limited(l => l.ChunkExtensionBytes = excess * ((1000 / excess) + 1));
        Assert.EndsWith("; end; reusable", allowed.Run(new("whole", [Head.Length + chunks.Length + 5], false, false)).Log, StringComparison.Ordinal);
        Transcript refused = Exchange.Get(Head + chunks).Limited(l => l.ChunkExtensionBytes = 1000).Run(new("whole", [Head.Length + chunks.Length], false, false));
        Assert.EndsWith("fault ChunkExtensionTooLarge; closed", refused.Log, StringComparison.Ordinal);
        Assert.Equal(1000, refused.Fault.BytesExpected);
    }

    [Theory]
    [Trait("rule", "R-079")]
    [InlineData(1024, "     ", 20_000)]
    [InlineData(3, ";chunk-signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", 50_000)]
    [InlineData(1, ";a=b", 50_000)]
    [InlineData(1, "       ", 50_000)]
    [InlineData(64, "4000", 5_000)]
    public void Extensions_on_every_chunk_end_no_body_however_long(int size, string extension, int count)
    {
        extension = extension == "4000" ? ";" + new string('x', 3999) : extension;
        var driver = new Driver();
        driver.Begin(new RequestHead { Authority = "example.test" });
        driver.Receive(Head);
        for (int i = 0; i < count; i++)
        {
            driver.Receive(Chunk(size, extension));
        }

        driver.Receive("0\r\n\r\n");
        Assert.EndsWith($"body {size * count} bytes; end; reusable", driver.Finish().Log, StringComparison.Ordinal);
    }

    private static string Chunk(int size, string extension) => $"{size:x}{extension}\r\n{new string('x', size)}\r\n";

    [Theory]
    [Trait("rule", "R-080")]
    [Trait("rule", "R-081")]
    [Trait("past", "C-43")]
    [InlineData("5\nhello\r\n0\r\n\r\n", "", FaultKind.MalformedChunkSize)]
    [InlineData("5 \nhello\r\n0\r\n\r\n", "", FaultKind.MalformedChunkSize)]
    [InlineData("5;a\nhello\r\n0\r\n\r\n", "", FaultKind.MalformedChunkSize)]
    [InlineData("5\rhello\r\n0\r\n\r\n", "", FaultKind.MalformedChunkSize)]
    [InlineData("5\r\rhello\r\n0\r\n\r\n", "", FaultKind.MalformedChunkSize)]
    [InlineData("5\r\nhello\n0\r\n\r\n", "body hello; ", FaultKind.MissingChunkEnd)]
    [InlineData("5\r\nhello\r0\r\n\r\n", "body hello; ", FaultKind.MissingChunkEnd)]
    [InlineData("5\r\nhello\r\r\n0\r\n\r\n", "body hello; ", FaultKind.MissingChunkEnd)]
    [InlineData("5\r\nhello\n\n0\r\n\r\n", "body hello; ", FaultKind.MissingChunkEnd)]
    [InlineData("5\r\nhello\r\n0\n\r\n", "body hello; ", FaultKind.MalformedChunkSize)]
    [InlineData("5\r\nhello\r\n0\r\n\n", "body hello; ", FaultKind.BareLineFeed)]
    [InlineData("5\r\nhello\r\n0\r\nA: b\n\r\n", "body hello; ", FaultKind.BareLineFeed)]
    [InlineData("5\r\nhello\r\n0\r\nA: b\r\r\n\r\n", "body hello; ", FaultKind.MalformedField)]
    [InlineData("5\r\nhello\r\n0\r\n\r\r\n", "body hello; ", FaultKind.MalformedField)]
    public void A_lone_line_end_is_refused_everywhere_in_chunks_whatever_is_switched_on(string chunks, string body, FaultKind kind)
    {
        Exchange.Get(Head + chunks).Logs($"head 200; {body}fault {kind}; closed");
        Exchange.Get(Head + chunks).Lenient(Leniency.BareLineFeed | Leniency.ControlCharacters)
            .Logs($"head 200; {body}fault {kind}; closed");
    }

    [Theory]
    [Trait("rule", "R-082")]
    [Trait("rule", "R-083")]
    [InlineData("3\r\nabcde\r\n0\r\n\r\n", "abc")]
    [InlineData("8\r\nabcde\r\n0\r\n\r\n", "abcde\r\n0")]
    [InlineData("5\r\nabcde0\r\n\r\n", "abcde")]
    public void Data_longer_or_shorter_than_its_size_is_found_out_at_its_end(string chunks, string body)
    {
        if (body.Length == 8)
        {
            Exchange.Get(Head + "8\r\nabcde\r\n0\r\n\r\n").Logs($"head 200; body {body}; fault MalformedChunkSize; closed");
            return;
        }

        Exchange.Get(Head + chunks).Logs($"head 200; body {body}; fault MissingChunkEnd; closed");
    }

    [Fact]
    [Trait("rule", "R-085")]
    public void Trailers_are_read_like_a_head_and_kept_apart_from_it()
    {
        Transcript transcript = Exchange.Get(Head + "2\r\nhi\r\n0\r\nDigest:  abc \r\nX: 1\r\n 2\r\nX: 3\r\n\r\n").Logs("head 200; body hi; end; reusable");
        Assert.Equal(["Digest: abc", "X: 1 2", "X: 3"], transcript.Trailers.Select(t => $"{t.Name}: {t.Value}"));
        Assert.Equal("Transfer-Encoding", Assert.Single(transcript.Head!.Headers).Name);
    }

    [Theory]
    [Trait("rule", "R-085")]
    [InlineData("A : b")]
    [InlineData("A")]
    [InlineData(": b")]
    [InlineData("A: b\0")]
    [InlineData("A: b\u0001")]
    public void A_malformed_trailer_is_refused(string line)
    {
        Transcript transcript = Exchange.Get($"{Head}2\r\nhi\r\n0\r\nGood: 1\r\n{line}\r\n\r\n").Logs("head 200; body hi; fault MalformedField; closed");
        Assert.Empty(transcript.Trailers);
    }

    [Theory]
    [Trait("rule", "R-086")]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public void Trailers_have_limits_of_their_own(int over)
    {
        const int limit = 120;
        string size = new('x', limit + over - "A: \r\n\r\n".Length);
        string count = string.Concat(Enumerable.Range(0, 8 + over).Select(i => $"A{i}: b\r\n"));
        Exchange bytes = Exchange.Get($"{Head}0\r\nA: {size}\r\n\r\n").Limited(l => l.TrailerBytes = limit);
        Exchange fields = Exchange.Get($"{Head}0\r\n{count}\r\n").Limited(l => l.TrailerCount = 8);
        if (over <= 0)
        {
            bytes.Logs("head 200; end; reusable");
            fields.Logs("head 200; end; reusable");
        }
        else
        {
            Assert.Equal(limit, bytes.Logs("head 200; fault TrailersTooLarge; closed").Fault.BytesExpected);
            Assert.Equal(8, fields.Logs("head 200; fault TrailersTooLarge; closed").Fault.BytesExpected);
        }
    }

    [Theory]
    [Trait("rule", "R-087")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("content-length: 5")]
    [InlineData("Host: evil")]
    [InlineData("Connection: close")]
    [InlineData("Authorization: Basic eA==")]
    [InlineData("Set-Cookie: a=b")]
    [InlineData("Content-Encoding: gzip")]
    [InlineData("Content-Type: text/html")]
    [InlineData("Content-Range: bytes 0-1/2")]
    [InlineData("Cache-Control: no-store")]
    [InlineData("Expires: 0")]
    [InlineData("Date: x")]
    [InlineData("Location: /")]
    [InlineData("Vary: *")]
    [InlineData("WWW-Authenticate: Basic")]
    [InlineData("Trailer: A")]
    public void A_forbidden_trailer_is_dropped_and_changes_nothing(string line)
    {
        Transcript transcript = Exchange.Get($"{Head}2\r\nhi\r\n0\r\nA: 1\r\n{line}\r\nB: 2\r\n\r\n").Logs("head 200; body hi; end; reusable");
        Assert.Equal(["A", "B"], transcript.Trailers.Select(t => t.Name));
    }

    [Fact]
    [Trait("rule", "R-088")]
    [Trait("rule", "R-091")]
    public void An_end_anywhere_before_the_last_line_end_is_a_truncated_body()
    {
        const string chunks = "5;a=\"b\"\r\nhello\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n";
        for (int length = 0; length < chunks.Length; length++)
        {
            string log = Exchange.Get(Head + chunks[..length]).ThenEnds().Run(new("whole", [Head.Length + length], false, false)).Log;
            Assert.EndsWith("fault TruncatedBody; closed", log, StringComparison.Ordinal);
        }

        Exchange.Get(Head + chunks[..^2]).ThenEnds().Logs("head 200; body helloabc; fault TruncatedBody; closed");
        Exchange.Get(Head + "5\r\nhello\r\n0\r\n").ThenEnds().Logs("head 200; body hello; fault TruncatedBody; closed");
    }

    [Theory]
    [Trait("rule", "R-089")]
    [InlineData(false)]
    [InlineData(true)]
    public void One_byte_chunks_cost_no_more_memory_than_any_others(bool lazy)
    {
        var options = new ExchangeOptions { Limits = { ReceiveHighWater = 128 * 1024, ReceiveLowWater = 16 * 1024 } };
        var driver = new Driver(options, lazy);
        driver.Begin(new RequestHead { Authority = "example.test" });
        driver.Receive(Head);
        string chunks = string.Concat(Enumerable.Repeat("1\r\nx\r\n", 10_000));
        for (int i = 0; i < 50; i++)
        {
            driver.Receive(chunks);
            Assert.InRange(driver.Http.HeldMemory, 0, options.Limits.ReceiveHighWater + (2 * SlabPool.MaxSize));
        }

        driver.Receive("0\r\n\r\n");
        Transcript transcript = driver.Finish();
        Assert.Equal("head 200; body 500000 bytes; end; reusable", transcript.Log);
    }

    [Fact]
    [Trait("rule", "R-089")]
    public void Tiny_chunks_that_come_together_are_read_in_one_piece()
    {
        var driver = new Driver(lazy: true);
        driver.Begin(new RequestHead { Authority = "example.test" });
        driver.Receive(Head + string.Concat(Enumerable.Range(0, 100).Select(i => $"2\r\n{i:00}\r\n")));

        Assert.Equal(200, driver.Http.Latest().BodySlice.Length);
        Assert.True(driver.Http.Latest().Body.IsSingleSegment);
        driver.Http.Close();
    }

    [Fact]
    [Trait("rule", "R-090")]
    public void A_size_line_dribbled_one_byte_at_a_time_meets_the_idle_limit()
    {
        var driver = new Driver(new() { Timeouts = { BodyIdle = TimeSpan.FromSeconds(5) } });
        driver.Begin(new RequestHead { Authority = "example.test" });
        driver.Receive(Head + "0000");
        driver.Now += TimeSpan.FromSeconds(5);
        driver.Http.HandleDeadline(driver.Now);

        Transcript transcript = driver.Finish();
        Assert.Equal("head 200; fault TimedOut; closed", transcript.Log);
        Assert.Equal(TimerKind.BodyIdle, transcript.Fault.Timer);
    }

    private static void Breaks(string chunks) => Exchange.Get(Head + chunks).Logs("head 200; fault MalformedChunkSize; closed");
}
