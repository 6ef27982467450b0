using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace PollHttp.Compare;

/// <summary>
/// A program of somebody else's, started anew for each round. Its CPU time is that of a child that has ended, its start included:
/// rounds last long enough that this matters little.
/// </summary>
internal sealed partial class ToolContestant : IContestant
{
    private static readonly Dictionary<string, string> s_packages = new() { ["wrk"] = "wrk", ["curl"] = "curl", ["h2load"] = "nghttp2-client", ["nghttp"] = "nghttp2-client" };
    private static readonly HashSet<string> s_missing = [];
    private readonly Job _job;
    private readonly string _path;

    private ToolContestant(string name, string path, Job job)
    {
        Name = name;
        _path = path;
        _job = job;
    }

    public string Name { get; }

    /// <summary>The contestant, or null when the tool is not installed, which is said once, or can't measure its children here.</summary>
    public static ToolContestant? TryCreate(string name, Job job)
    {
        string path = $"/usr/bin/{name}";
        if (!File.Exists(path) && s_missing.Add(name))
        {
            Console.Error.WriteLine($"{name} is left out: it is not installed (apt-get install {s_packages[name]})");
        }

        return ChildTimes.Available && File.Exists(path) ? new(name, path, job) : null;
    }

    public async Task<Round> RunAsync(int operations, bool withLatency)
    {
        ProcessStartInfo info = new(_path, Arguments(operations)) { RedirectStandardOutput = true, RedirectStandardError = true };
        TimeSpan before = ChildTimes.Now();
        long start = Stopwatch.GetTimestamp();
        using Process process = Pinning.On(Pinning.ClientCores, () => Process.Start(info)!);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new ContestantException($"{Name} ended with {process.ExitCode}: {await errors}");
        }

        return new()
        {
            Operations = OperationsOf(output, operations),
            CpuMicros = (ChildTimes.Now() - before).TotalMicroseconds,
            WallMicros = Stopwatch.GetElapsedTime(start).TotalMicroseconds,
        };
    }

    public void Dispose()
    {
        // Nothing runs between rounds.
    }

    private IEnumerable<string> Arguments(int operations) => Name switch
    {
        "wrk" => ["-t1", string.Create(CultureInfo.InvariantCulture, $"-c{_job.Connections}"), "-d1s", _job.Url.AbsoluteUri],
        "h2load" => ["-t1", "-c1", string.Create(CultureInfo.InvariantCulture, $"-m{_job.Connections}"), string.Create(CultureInfo.InvariantCulture, $"-n{operations}"), _job.Url.AbsoluteUri],
        "nghttp" => ["--null-out", "--stat", "--no-verify-peer", _job.Url.AbsoluteUri],
        _ => [
            "--silent", "--fail", "--insecure", _job.IsHttp2 ? (_job.Url.Scheme == "http" ? "--http2-prior-knowledge" : "--http2") : "--http1.1", "--output", "/dev/null",
            _job.Url.AbsoluteUri],
    };

    private long OperationsOf(string output, int operations)
    {
        switch (Name)
        {
            case "wrk":
                return RequestsOf(output);
            case "h2load" when !output.Contains(string.Create(CultureInfo.InvariantCulture, $" {operations} succeeded"), StringComparison.Ordinal):
            case "nghttp" when !output.Contains(" 200 ", StringComparison.Ordinal):
                throw new ContestantException($"{Name} met errors: {output}");
            case "h2load":
                return operations;
            default:
                return 1;
        }
    }

    private static long RequestsOf(string output)
    {
        Match requests = RequestCount().Match(output);
        if (!requests.Success || output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal))
        {
            throw new ContestantException($"wrk met errors: {output}");
        }

        return long.Parse(requests.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex RequestCount();
}
