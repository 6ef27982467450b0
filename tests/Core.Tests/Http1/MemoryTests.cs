using System.Buffers;
using System.Text;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>What a connection holds, copies and allocates.</summary>
[Collection(Alone.Name)]
public sealed class MemoryTests
{
    private const int ChunkSize = 16_000;

    [Fact]
    public void A_chunked_body_of_256_MiB_is_read_in_place_and_allocates_nothing()
    {
        byte[] chunk = [.. Encoding.Latin1.GetBytes($"{ChunkSize:x}\r\n"), .. Enumerable.Repeat((byte)'x', ChunkSize), .. "\r\n"u8];
        var http = new Http1Connection(null, new SlabPool());
        ExchangeId exchange = http.Begin(new RequestHead { Authority = "example.test" }, ContentFraming.None, default);
        http.AdvanceSent(http.GetOutput().Length, default);
        Feed(http, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8);
        Assert.Equal(EventKind.ResponseHead, http.Poll(default).Kind);

        long most = 0;
        int position = 0;
        long Run(long bytes)
        {
            long read = 0;
            while (read < bytes)
            {
                Memory<byte> room = http.GetReceiveBuffer();
                int filled = 0;
                while (filled < room.Length)
                {
                    int count = Math.Min(room.Length - filled, chunk.Length - position);
                    chunk.AsSpan(position, count).CopyTo(room.Span[filled..]);
                    filled += count;
                    position = (position + count) % chunk.Length;
                }

                http.CommitReceived(filled, default);
                while (http.Poll(default).Kind == EventKind.BodyData)
                {
                    most = Math.Max(most, http.HeldMemory);
                    while (!http.Latest().BodySlice.IsEmpty)
                    {
                        ReadOnlyMemory<byte> slice = http.Latest().BodySlice;
                        if (!slice.Span.Overlaps(room.Span) || slice.Span[^1] != 'x')
                        {
                            throw new InvalidOperationException("A slice is not the memory that was received into.");
                        }

                        read += slice.Length;
                        http.ConsumeBody(exchange, slice.Length);
                    }
                }
            }

            return read;
        }

        _ = Run(4 << 20);
        long allocated = long.MaxValue;
        for (int tries = 0; tries < 3 && allocated > 0; tries++) // the runtime allocates too, once, when it compiles a loop anew
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            long total = Run(256 << 20);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.InRange(total, 256 << 20, (256 << 20) + SlabPool.MaxSize);
        }

        Assert.Equal(0, allocated);
        Assert.InRange(most, 1, 2 * SlabPool.MaxSize);
        http.Close();
    }

    [Theory]
    [Trait("rule", "R-252")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", 60_000)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n", 60_000)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n", 1)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 3)]
    public void A_body_nobody_reads_stops_the_reading_at_the_high_water_mark(string head, int piece)
    {
        var options = new ExchangeOptions { Limits = { ReceiveHighWater = 100_000, ReceiveLowWater = 20_000 } };
        var pool = new SlabPool();
        var http = new Http1Connection(options, pool);
        ExchangeId exchange = http.Begin(new RequestHead { Authority = "example.test" }, ContentFraming.None, default);
        http.AdvanceSent(http.GetOutput().Length, default);
        Feed(http, Encoding.Latin1.GetBytes(head));
        byte[] bytes = piece == 3 ? "1\r\nx\r\n"u8.ToArray() : new byte[piece];
        long sent = 0;
        for (Memory<byte> room = http.GetReceiveBuffer(); !room.IsEmpty; room = http.GetReceiveBuffer())
        {
            int count = Math.Min(room.Length, bytes.Length);
            bytes.AsMemory(0, count).CopyTo(room);
            http.CommitReceived(count, default);
            sent += count;
            while (http.Poll(default).Kind != EventKind.None)
            {
            }
        }

        Assert.InRange(sent, 100_000, 100_000 + 64 * 1024);
        Assert.False(http.Wants.Readable);
        Assert.InRange(http.HeldMemory, 1, options.Limits.ReceiveHighWater + SlabPool.MaxSize);

        http.ConsumeBody(exchange, http.Latest().Body.Length);
        Assert.True(http.Wants.Readable);
        http.Close();
        Assert.Equal(0, pool.Outstanding);
    }

    [Fact]
    [Trait("fault", "F-33")]
    public void Endless_extensions_and_trailers_hold_little_memory()
    {
        foreach (string flood in new[] { "1;" + new string('a', 100) + "\r\nx\r\n", "1" + new string(' ', 100) + "\r\nx\r\n", "1;" + new string('a', 4000), "0\r\nA: b\r\n", "0\r\n" + new string('a', 9000), "000000000000000" })
        {
            var driver = new Driver();
            driver.Begin(new RequestHead { Authority = "example.test" });
            driver.Receive("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + flood);
            string more = flood.StartsWith('0') ? "B: c\r\n" : flood;
            for (int i = 0; i < 20_000 && !driver.Http.Fault.Exists; i++)
            {
                driver.Receive(more);
            }

            Transcript transcript = driver.Finish();
            Assert.True(transcript.Fault.Kind is FaultKind.ChunkExtensionTooLarge or FaultKind.TrailersTooLarge or FaultKind.MalformedChunkSize
                or FaultKind.MalformedField, transcript.Log);
            Assert.InRange(transcript.PeakMemory, 1, 80 * 1024);
        }
    }

    [Fact]
    public void An_idle_connection_holds_no_memory_however_it_came_to_be_idle()
    {
        foreach (string response in new[]
        {
            "HTTP/1.1 204 X\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nA: b\r\n\r\n",
        })
        {
            foreach (bool lazy in new[] { false, true })
            {
                var pool = new SlabPool();
                var http = new Http1Connection(null, pool);
                ExchangeId exchange = http.Begin(new RequestHead { Authority = "example.test" }, ContentFraming.None, default);
                http.AdvanceSent(http.GetOutput().Length, default);
                Feed(http, Encoding.Latin1.GetBytes(response));
                for (EventKind kind = http.Poll(default).Kind; kind != EventKind.None; kind = http.Poll(default).Kind)
                {
                    if (kind == EventKind.BodyData && !lazy)
                    {
                        http.ConsumeBody(exchange, http.Latest().Body.Length);
                    }
                }

                if (http.Latest().Body.Length > 0)
                {
                    http.ConsumeBody(exchange, http.Latest().Body.Length);
                    Assert.Equal(EventKind.EndOfResponse, http.Poll(default).Kind);
                }

                Assert.Equal((1, 0L), (http.AvailableExchanges, pool.Outstanding));

                // A read that finds nothing gives its buffer back.
                Assert.False(http.GetReceiveBuffer().IsEmpty);
                http.ReleaseIdleMemory();
                Assert.Equal(0, pool.Outstanding);
            }
        }
    }

    private static void Feed(Http1Connection http, ReadOnlySpan<byte> bytes)
    {
        Memory<byte> room = http.GetReceiveBuffer();
        bytes.CopyTo(room.Span);
        http.CommitReceived(bytes.Length, default);
    }
}
