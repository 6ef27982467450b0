using System.Net;
using System.Text;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

/// <summary>A block that can't be had is the outcome of one call; everything else goes on, and all blocks come back.</summary>
public class OutOfMemoryTests
{
    [Theory]
    [Trait("fault", "F-64")]
    [InlineData(false)]
    [InlineData(true)]
    public void The_call_that_needed_the_block_fails_and_the_next_one_works(bool isBlocking)
    {
        int needed = RunCalls(failsAt: 0, isBlocking);
        Assert.True(needed >= 4, $"{needed} blocks are too few to show anything.");
        for (int i = 1; i <= needed; i++)
        {
            RunCalls(i, isBlocking);
        }
    }

    private static int RunCalls(int failsAt, bool isBlocking)
    {
        int made = 0;
        OutOfMemoryException thrown = new();
        SlabPool slabs = new((size, _) => ++made == failsAt ? throw thrown : new byte[size]);
        using World world = new(slabs: slabs);
        world.Serve("a.test", static request => new ServerReply("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Chunks(request.BodyText) + "0\r\n\r\n"));
        List<Exception> errors = [];
        for (int i = 0; i < 3; i++)
        {
            try
            {
                Assert.Equal(200_000, Post(world, isBlocking));
            }
            catch (OutOfMemoryException error)
            {
                errors.Add(error);
            }
        }

        Assert.Equal(failsAt == 0 ? [] : [thrown], errors);
        return made;
    }

    private static int Post(World world, bool isBlocking)
    {
        Request request = new("POST", "http://a.test/") { Content = RequestContent.FromAsyncEnumerable(Pieces()) };
        if (isBlocking)
        {
            request = new("POST", "http://a.test/") { Content = RequestContent.FromStream(new MemoryStream(new byte[200_000])) };
            using Response blocking = world.Client.Send(request);
            return blocking.ReadAsByteArray().Length;
        }

        using Response response = world.Run(world.Client.SendAsync(request));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return world.Run(response.ReadAsByteArrayAsync()).Length;
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces()
    {
        for (int i = 0; i < 10; i++)
        {
            yield return new byte[20_000];
            await Task.CompletedTask;
        }
    }

    private static string Chunks(string body)
    {
        StringBuilder chunks = new();
        foreach (char[] chunk in body.Chunk(70_000))
        {
            chunks.Append(System.Globalization.CultureInfo.InvariantCulture, $"{chunk.Length:x}\r\n").Append(chunk).Append("\r\n");
        }

        return chunks.ToString();
    }
}
