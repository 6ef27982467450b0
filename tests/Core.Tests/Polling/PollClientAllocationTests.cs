using Xunit;

namespace PollHttp.Core.Tests;

// Alone, because other tests take slabs out of the same shared pool.
[Collection(Alone.Name)]
public class PollClientAllocationTests
{
    [Fact]
    public void A_thousand_keep_alive_responses_allocate_nothing()
    {
        using PollScene scene = PollScene.Connected();
        scene.AnswerWith("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n" + new string('x', 1000));
        RequestHead head = new() { Target = "/steady" };
        head.Headers.Add("X-Frame", "1");

        long Fetch(int count)
        {
            long bytes = 0;
            for (int i = 0; i < count; i++)
            {
                scene.Client.Request(head);
                while (scene.Client.Status is PollStatus.Requesting or PollStatus.Body)
                {
                    scene.Client.Poll();
                    while (scene.Client.TryReadResponseBodySlice(out ReadOnlyMemory<byte> slice))
                    {
                        bytes += slice.Length;
                        scene.Client.AdvanceBody(slice.Length);
                    }

                    if (scene.Client.Status is PollStatus.Requesting or PollStatus.Body)
                    {
                        scene.Flow();
                    }
                }
            }

            return bytes;
        }

        Assert.Equal(200_000, Fetch(200));
        long before = GC.GetAllocatedBytesForCurrentThread();
        long read = Fetch(1000);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(1_000_000, read);
        Assert.Equal(200, scene.Client.ResponseCode);
        Assert.Equal(0, allocated);
        Assert.Equal(1, scene.Connections);
    }
}
