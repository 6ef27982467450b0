using System.Globalization;
using System.Text.Json;

namespace PollHttp.Compare;

/// <summary>
/// A contestant that stays from round to round and is told by lines what to do: this executable in another role, or the driver of
/// somebody else's client.
/// </summary>
internal sealed class ResidentContestant : IContestant
{
    private readonly Child _child;

    private ResidentContestant(string name, Child child)
    {
        Name = name;
        _child = child;
    }

    public string Name { get; }

    public static ResidentContestant Own(string name, Job job, ulong cores) =>
        new(name, Child.Start(cores, "--contestant", name, JsonSerializer.Serialize(job, JsonSerializerOptions.Web)));

    /// <summary>Null where the driver can't be had here: it has said why.</summary>
    public static ResidentContestant? TryDrive(Driver driver, Job job) =>
        driver.TryPrepare(job) is { } command ? new(driver.Name, Child.Start(Pinning.ClientCores, command)) : null;

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
