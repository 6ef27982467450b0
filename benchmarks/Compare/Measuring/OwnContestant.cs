using System.Globalization;
using System.Text.Json;

namespace PollHttp.Compare;

/// <summary>A contestant that is this executable in another role.</summary>
internal sealed class OwnContestant(string name, Job job) : IContestant
{
    private readonly Child _child = Child.Start(
        Pinning.ClientCores, "--contestant", name, JsonSerializer.Serialize(job, JsonSerializerOptions.Web));

    public string Name => name;

    public async Task<Round> RunAsync(int operations, bool withLatency)
    {
        string answer = await _child.AskAsync(string.Create(CultureInfo.InvariantCulture, $"{(withLatency ? "time" : "run")} {operations}"));
        try
        {
            return JsonSerializer.Deserialize<Round>(answer, JsonSerializerOptions.Web)!;
        }
        catch (JsonException)
        {
            throw new ContestantException($"not a result: {answer}");
        }
    }

    public void Dispose() => _child.Dispose();
}
