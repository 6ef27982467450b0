using System.Globalization;

namespace PollHttp.Parity.Differential;

/// <summary>
/// Frames of a server that are changed by seed, to both handlers: what becomes of the request is the same, except for what docs/swap-in.md lists.
/// </summary>
/// <remarks>A share runs always; POLLHTTP_DIFFERENTIAL=full runs more, or as many scripts as it says. The server ends by closing the connection, so
/// nothing depends on time.</remarks>
public sealed class Http2ScriptTests
{
    private const int PerSeed = 60;
    private const int Share = 300;
    private const int Full = 12_000;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, (Count + PerSeed - 1) / PerSeed)];

    private static int Count => Environment.GetEnvironmentVariable("POLLHTTP_DIFFERENTIAL") switch
    {
        null or "" => Share,
        "full" => Full,
        string count => int.Parse(count, NumberStyles.None, CultureInfo.InvariantCulture),
    };

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Changed_frames_have_the_same_outcome(int seed)
    {
        Random random = new(seed);
        List<string> wrong = [];
        for (int i = 0; i < PerSeed; i++)
        {
            Http2Script script = Http2Script.Make(random);
            Http2Outcome theirs = await Http2Outcome.ObserveAsync(isOurs: false, script);
            Http2Outcome ours = await Http2Outcome.ObserveAsync(isOurs: true, script);
            try
            {
                Compare.Judge(theirs.Seen, ours.Seen, known: null);
            }
            catch (Xunit.Sdk.XunitException difference) when (!Http2Accepted.All.Any(a => a.Applies(script, theirs, ours)))
            {
                wrong.Add($"{script}\n{difference.Message}\n  {theirs}\n  {ours}");
            }
            catch (Xunit.Sdk.XunitException)
            {
                // One of those that are meant.
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong));
    }
}
