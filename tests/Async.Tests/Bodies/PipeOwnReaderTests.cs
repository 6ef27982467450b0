using System.IO.Pipelines;
using System.Text;

namespace PollHttp.Tests;

/// <summary>The contract against <c>new Pipe().Reader</c>: shows that the tests ask for what the platform gives.</summary>
public sealed class PipeOwnReaderTests : PipeReaderContract
{
    protected override void Run(Func<PipeReader, IPipeFeed, Task> test) => PollLoop.Run(
        _ =>
        {
            var pipe = new Pipe(new PipeOptions(readerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false));
            return test(pipe.Reader, new Feed(pipe.Writer));
        },
        new Testing.SimulatedNetwork());

    private sealed class Feed(PipeWriter writer) : IPipeFeed
    {
        public void Write(string text) => _ = writer.WriteAsync(Encoding.Latin1.GetBytes(text));

        public void End() => writer.Complete();
    }
}
