using System.Globalization;
using Xunit;

namespace PollHttp.Tests.Exchanges;

/// <summary>
/// A handful of requests on shared connections, against a server that answers in batches: what belongs to several requests comes in one read, with
/// ends, resets and GOAWAY in any order, while users read, cancel and dispose before, between and after. Each seed is a run of its own.
/// </summary>
/// <remarks><c>POLLHTTP_BATCHES=17:1</c> runs the seed 17 alone, <c>1:20000</c> many.</remarks>
public sealed class BatchTests
{
    private const int Usual = 300;

    [Fact, Trait("rule", "R2-037")]
    public void Each_call_gets_its_own_answer_or_fails_and_nothing_is_left()
    {
        int[] range = [.. (Environment.GetEnvironmentVariable("POLLHTTP_BATCHES") ?? $"1:{Usual}").Split(':').Select(static n => int.Parse(n, CultureInfo.InvariantCulture))];
        SynchronizationContext.SetSynchronizationContext(null); // contents would go on in that of the test runner, on other threads, while time moves
        List<string> failures = [];
        for (int seed = range[0]; seed < range[0] + range[1]; seed++)
        {
            BatchRun run = new(seed);
            try
            {
                run.Play();
            }
            catch (Exception error)
            {
                failures.Add($"seed {seed}: {error.GetType().Name} {error.Message}\n{(range[1] == 1 ? string.Join('\n', run.Log) : "")}\n{error.StackTrace}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} failed\n{string.Join('\n', failures.Take(20))}");
    }
}
