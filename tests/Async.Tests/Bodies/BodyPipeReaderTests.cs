using System.IO.Pipelines;
using PollHttp.Core;
using Xunit;

namespace PollHttp.Tests;

/// <summary>The contract against the body of a response that runs to the close.</summary>
public class BodyPipeReaderTests : PipeReaderContract
{
    private protected virtual BodyScene NewScene() => new(Framing.UntilClose);

    protected override void Run(Func<PipeReader, IPipeFeed, Task> test)
    {
        BodyScene scene = NewScene();
        scene.Run(response => test(response.BodyReader, new Feed(scene)));
    }

    private sealed class Feed(BodyScene scene) : IPipeFeed
    {
        public void Write(string text) => scene.Write(text);

        public void End() => scene.End();
    }
}

/// <summary>The contract against a chunked body, and what is of bodies alone.</summary>
public sealed class ChunkedBodyPipeReaderTests : BodyPipeReaderTests
{
    private protected override BodyScene NewScene() => new(Framing.Chunked);

    [Fact]
    public void Completing_early_closes_the_connection()
    {
        BodyScene scene = NewScene();
        scene.Run(async response =>
        {
            scene.Write("hello");
            PipeReader reader = response.BodyReader;
            await reader.ReadAsync();
            reader.Complete();
            await scene.SettleAsync();
            Assert.Equal(0, scene.Network.OpenTransports);
        });
    }

    [Fact]
    public void Completing_at_the_end_keeps_the_connection()
    {
        BodyScene scene = NewScene();
        scene.Run(async response =>
        {
            scene.Write("hello");
            scene.End();
            PipeReader reader = response.BodyReader;
            ReadResult result = await reader.ReadAsync();
            while (!result.IsCompleted)
            {
                reader.AdvanceTo(result.Buffer.End);
                result = await reader.ReadAsync();
            }

            reader.AdvanceTo(result.Buffer.End);
            reader.Complete();
            await scene.SettleAsync();
            Assert.Equal(1, scene.Network.OpenTransports);
        });
    }

    [Fact]
    public void A_body_that_breaks_off_gives_its_bytes_and_then_its_fault()
    {
        BodyScene scene = NewScene();
        scene.Run(async response =>
        {
            scene.Write("hello");
            scene.Peer!.Reset(afterData: true);
            PipeReader reader = response.BodyReader;
            ReadResult result = await reader.ReadAtLeastAsync(5);
            Assert.Equal((5, false), (result.Buffer.Length, result.IsCompleted));
            reader.AdvanceTo(result.Buffer.End);

            PollHttpIOException error = await Assert.ThrowsAsync<PollHttpIOException>(async () => await reader.ReadAsync());
            Assert.Equal((FaultKind.ConnectionReset, 5L), (error.Fault.Kind, error.Fault.BytesReceived));
        });
    }
}
