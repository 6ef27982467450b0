using System.Diagnostics;
using System.Globalization;

namespace PollHttp.Compare;

/// <summary>
/// A small program around a client of another language. Its source lies beside this executable and is built there, once a run, when a
/// scenario first asks for it. Where its tools are not installed it is left out, with a line that says so.
/// </summary>
internal sealed class Driver
{
    private const string Executable = "driver";
    private const string ExecutableOfHttp2 = "driver-http2";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private static readonly Driver[] s_all =
    [
        new("go", "golang-go", ["go", "build", "-buildvcs=false", "-o", Executable, "."], [Executable]),
        new("undici", "nodejs npm", ["npm", "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"], ["node", "--expose-gc", "driver.mjs"]),
        new("libcurl", "gcc libcurl4-openssl-dev", ["cc", "-O2", "-o", Executable, "driver.c", "-lcurl"], [Executable]),
    ];

    /// <summary>Go's, with the package that has HTTP/2 without TLS as Debian installs it: not as a module, so nothing is fetched.</summary>
    private static readonly Driver s_goWithHttp2 = new(
        "go", "golang-go golang-golang-x-net-dev", ["go", "build", "-tags=http2", "-o", ExecutableOfHttp2, "."], [ExecutableOfHttp2], "/usr/share/gocode");

    private readonly string _packages;
    private readonly string[] _build;
    private readonly string[] _run;
    private readonly string _folder;
    private readonly string? _goPath;
    private bool? _isBuilt;

    private Driver(string name, string packages, string[] build, string[] run, string? goPath = null)
    {
        Name = name;
        _packages = packages;
        _build = build;
        _run = run;
        _goPath = goPath;
        _folder = Path.Combine(AppContext.BaseDirectory, "Drivers", name);
    }

    public string Name { get; }

    public static Driver? Find(string name, Job job) => job.IsHttp2 && name == s_goWithHttp2.Name ? s_goWithHttp2 : Array.Find(s_all, d => d.Name == name);

    /// <summary>How to start it for a job, or null where it can't be had: that is said once.</summary>
    public ProcessStartInfo? TryPrepare(Job job)
    {
        if (_isBuilt is null)
        {
            string? failure = Missing() ?? Build();
            _isBuilt = failure is null;
            if (failure is not null)
            {
                Console.Error.WriteLine($"{Name} is left out: {failure} (apt-get install {_packages})");
            }
        }

        return _isBuilt.Value
            ? Command([
                .. _run, job.Url.AbsoluteUri, Number(job.Connections), Number(job.ExpectedBytes), job.IsHttp2 ? "2" : "1.1",
                Number(job.Work == Work.Upload ? Job.UploadBytes : 0)])
            : null;
    }

    private string? Missing()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return new[] { _build[0], _run[0] }
            .Where(p => !IsOurs(p) && !Array.Exists(folders, f => File.Exists(Path.Combine(f, p))))
            .Select(p => $"{p} is not installed")
            .FirstOrDefault();
    }

    private string? Build()
    {
        ProcessStartInfo command = Command(_build);
        if (_goPath is not null)
        {
            command.Environment["GO111MODULE"] = "off";
            command.Environment["GOPATH"] = _goPath;
        }

        command.RedirectStandardOutput = true;
        command.RedirectStandardError = true;
        using Process process = Process.Start(command)!;
        process.OutputDataReceived += static (_, _) => { }; // what matters is what it complains about
        process.BeginOutputReadLine();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(s_patience))
        {
            process.Kill(entireProcessTree: true);
            return $"{_build[0]} was not done within {s_patience.TotalMinutes:0} minutes";
        }

        return process.ExitCode == 0 ? null : $"{_build[0]} failed: {errors.GetAwaiter().GetResult().Trim().ReplaceLineEndings(" | ")}";
    }

    private ProcessStartInfo Command(string[] words) =>
        new(IsOurs(words[0]) ? Path.Combine(_folder, words[0]) : words[0], words[1..]) { WorkingDirectory = _folder };

    private static bool IsOurs(string program) => program is Executable or ExecutableOfHttp2;

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
