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

    [Theory]
    [InlineData("end", FaultKind.TruncatedBody)]
    [InlineData("reset", FaultKind.ConnectionReset)]
    [InlineData("malformed", FaultKind.MalformedChunkSize)]
    [InlineData("silence", FaultKind.TimedOut)]
    [InlineData("slowness", FaultKind.TimedOut)]
    [Trait("rule", "R-252")]
    public void A_reader_that_keeps_what_it_examined_hears_that_the_body_broke_off(string way, FaultKind kind)
    {
        foreach (string fields in (string[])["", "Content-Encoding: gzip\r\n"])
        {
            foreach (bool late in (bool[])[false, true])
            {
                BodyScene scene = new(Framing.Chunked, fields: fields);
                scene.Options.MaxConnectionsPerServer = 1;
                scene.Options.Timeouts.BodyIdle = way == "slowness" ? null : TimeSpan.FromSeconds(20);
                scene.Options.Limits.MinimumBytesPerSecond = way == "slowness" ? 100 : null;
                scene.Run(async response =>
                {
                    scene.Write(fields.Length == 0 ? "hello"u8 : Coded.Encode("gzip", Coded.Json(30_000)).AsSpan(0, 1_000));
                    await scene.SettleAsync();
                    if (!late)
                    {
                        BreakOff(scene, way);
                    }

                    PipeReader reader = response.BodyReader;
                    ReadResult result = await reader.ReadAtLeastAsync(5);
                    Assert.False(result.IsCompleted);
                    reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                    ValueTask<ReadResult> next = reader.ReadAsync();
                    if (late)
                    {
                        BreakOff(scene, way);
                    }

                    Exception? error = await Record.ExceptionAsync(async () => await next);
                    Assert.Equal(kind, error is PollHttpIOException broken ? broken.Fault.Kind : Assert.IsType<RequestTimeoutException>(error) is not null ? FaultKind.TimedOut : default);
                    Assert.NotNull(await Record.ExceptionAsync(async () => await reader.ReadAsync()));
                    await scene.SettleAsync();
                    Assert.Equal(0, scene.Network.OpenTransports);
                });
            }
        }
    }

    private static void BreakOff(BodyScene scene, string way)
    {
        switch (way)
        {
            case "end":
                scene.Peer!.End();
                break;
            case "reset":
                scene.Peer!.Reset(afterData: true);
                break;
            case "malformed":
                scene.Peer!.Send("zz\r\n");
                break;
            default:
                break; // time passes
        }
    }
}
