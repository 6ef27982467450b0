using System.CommandLine;
using static PollHttp.Cli.Commands.OptionParsers;

namespace PollHttp.Cli.Benchmark;

/// <summary>Defines the options of <c>bench</c>.</summary>
internal sealed class BenchSymbols
{
    public Argument<string> Address { get; } = new("url") { Description = "The address to request." };

    public Option<int?> Connections { get; } = Number("--connections", ["-c"], "The number of parallel requests, each on its own connection; 16.", 1, 10_000);

    public Option<int?> Requests { get; } = Number("--requests", ["-n"], "The total number of requests, instead of a duration.", 1, int.MaxValue);

    public Option<TimeSpan?> Duration { get; } = Time("--duration", [], "How long to run; 5 s.");

    public Option<TimeSpan?> WarmUp { get; } = Time("--warmup", [], "How long to run before that without counting; 0.5 s.");

    public Option<bool> Silent { get; } = Flag("--silent", ["-s"], "Show only the result.");

    public void AddTo(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.Add(Address);
        foreach (Option option in (Option[])[Connections, Requests, Duration, WarmUp, Silent])
        {
            command.Add(option);
        }
    }
}
