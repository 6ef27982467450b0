using System.Buffers;
using System.Text;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>A block that can't be had changes nothing: the call that needed it can be made again, and all blocks come back.</summary>
public sealed class OutOfMemoryTests
{
    private static readonly byte[] s_content = [.. Enumerable.Range(0, 50_000).Select(static i => (byte)i)];

    [Fact]
    [Trait("fault", "F-64")]
    public void Each_block_of_an_exchange_may_be_missing_once()
    {
        FailingSlabs clean = new(failsAt: 0);
        Assert.Equal(0, RunExchange(clean));
        Assert.True(clean.Made >= 3, $"{clean.Made} blocks are too few to show anything.");
        for (int i = 1; i <= clean.Made; i++)
        {
            Assert.Equal(1, RunExchange(new FailingSlabs(i)));
        }
    }

    /// <summary>Sends a content in chunks and reads it back; a call that finds no memory is made again.</summary>
    /// <returns>How many found none.</returns>
    private static int RunExchange(FailingSlabs slabs)
    {
        SimulatedNetwork network = new();
        network.Listen("a.test", 80, new ScriptedHttpServer(static request =>
            new ServerReply((byte[])[.. "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8, .. Chunk(request.Body), .. "0\r\n\r\n"u8])));
        using PollConnection connection = new(network, new() { Host = "a.test", Port = 80 }, new() { Slabs = slabs.Pool });
        int failures = 0;
        void Make(Action call)
        {
            try
            {
                call();
            }
            catch (OutOfMemoryException)
            {
                failures++;
                call();
            }
        }

        while (!connection.IsOpen)
        {
            Make(() => connection.Poll());
            network.Advance(TimeSpan.FromMilliseconds(1));
        }

        ExchangeId exchange = default;
        RequestHead head = new() { Method = "POST", Target = "/", Authority = "a.test" };
        Make(() => exchange = connection.Http.Begin(head, ContentFraming.Chunked, connection.Now));
        foreach (byte[] piece in s_content.Chunk(20_000))
        {
            Make(() => Assert.Equal(piece.Length, connection.Http.Write(exchange, piece)));
        }

        Make(() => connection.Http.FinishBody(exchange));
        MemoryStream received = new();
        bool isOver = false;
        while (!isOver)
        {
            Make(() => connection.Poll());
            while (connection.NextEvent() is { Kind: not EventKind.None } happened)
            {
                Assert.NotEqual(EventKind.Faulted, happened.Kind);
                isOver |= happened.Kind == EventKind.EndOfResponse;
            }

            ReadOnlySequence<byte> body = new HttpExchange(connection.Http, exchange).Body;
            received.Write(body.ToArray());
            if (!body.IsEmpty)
            {
                connection.Http.ConsumeBody(exchange, body.Length);
            }
            else
            {
                network.Advance(TimeSpan.FromMilliseconds(1));
            }
        }

        Assert.Equal(s_content, received.ToArray());
        connection.Close();
        Assert.Equal(0, slabs.Pool.Outstanding);
        return failures;
    }

    private static byte[] Chunk(ReadOnlyMemory<byte> content) => [.. Encoding.ASCII.GetBytes($"{content.Length:x}\r\n"), .. content.ToArray(), .. "\r\n"u8];
}
