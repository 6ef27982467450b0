using System.CommandLine;
using static PollHttp.Cli.Commands.OptionParsers;

namespace PollHttp.Cli.Benchmark;

/// <summary>The options of <c>bench</c>.</summary>
internal sealed class BenchSymbols
{
    public Argument<string> Address { get; } = new("url") { Description = "What to request." };

    public Option<int?> Connections { get; } = Number("--connections", ["-c"], "How many requests at a time, each on a connection of its own; 16.", 1, 10_000);

    public Option<int?> Requests { get; } = Number("--requests", ["-n"], "How many requests in all, instead of a duration.", 1, int.MaxValue);

    public Option<TimeSpan?> Duration { get; } = Time("--duration", [], "For how long; 5 s.");

    public Option<TimeSpan?> WarmUp { get; } = Time("--warmup", [], "For how long before that, without counting; 0.5 s.");

    public Option<bool> Silent { get; } = Flag("--silent", ["-s"], "Nothing but the result.");

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
