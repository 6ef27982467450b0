using System.IO.Pipelines;
using Xunit;

namespace PollHttp.Differential;

/// <summary>The body as a pipe, judged by the reader of a <see cref="Pipe"/>: whatever reader and server do, in any order.</summary>
/// <remarks>
/// One difference is meant. A pipe that its writer completes with an exception gives that at once, and what was not read is lost; a body gives
/// first what came, and what asked for before. So the pipe hears of it when its reader has examined all that there is.
/// </remarks>
public sealed class BodyPipeReaderTests
{
    [Fact]
    public void A_body_is_read_as_a_pipe_is() => RunSize.Sample(PipeCase.Any, Check, share: 400);

    private static void Check(PipeCase script)
    {
        var scene = new BodyScene(script.Framing, script.Length);
        scene.Run(async response =>
        {
            var feed = new PipeFeed(script, scene);
            var theirs = new PipeUser(feed.Reader);
            var ours = new PipeUser(response.BodyReader);
            feed.Begin();
            List<string> log = [];
            for (int i = 0; i < script.Steps.Length; i++)
            {
                PipeStep step = script.Steps[i];
                await feed.DoAsync(step);
                feed.BreakWhereDue(theirs, step.Kind == StepKind.TryRead || (step.Kind == StepKind.Read && !theirs.IsTokenCanceled));
                Compare(step.ToString(), theirs.Do(step), ours.Do(step));
                await scene.SettleAsync();
                feed.BreakWhereDue(theirs, isReading: false);
                Compare("then", theirs.TakePending(), ours.TakePending());
            }

            void Compare(string what, string expected, string actual)
            {
                log.Add($"{what}: {expected}");
                Assert.True(expected == actual, $"not '{expected}' but '{actual}':\n{string.Join('\n', log)}");
            }
        });
    }
}
