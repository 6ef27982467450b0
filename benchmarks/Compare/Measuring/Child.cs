using System.Diagnostics;
using System.Reflection;

namespace PollHttp.Compare;

/// <summary>A process that is spoken to line by line, as a rule this executable in another role. Ends when its input is closed.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private Child(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>This executable once more.</summary>
    public static Child Start(ulong cores, params string[] args) => Start(cores, InfoOf(args));

    public static Child Start(ulong cores, ProcessStartInfo info)
    {
        info.RedirectStandardInput = true;
        info.RedirectStandardOutput = true;
        info.RedirectStandardError = true;
        return new(Pinning.On(cores, () => Process.Start(info)!));
    }

    /// <summary>Starts it and waits for its end.</summary>
    /// <exception cref="ContestantException">It failed.</exception>
    public static void RunToEnd(ulong cores, params string[] args)
    {
        using Process process = Pinning.On(cores, () => Process.Start(InfoOf(args))!);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new ContestantException($"ended with {process.ExitCode}");
        }
    }

    private static ProcessStartInfo InfoOf(string[] args)
    {
        string self = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this executable is unknown.");
        ProcessStartInfo info = new(self);
        if (Path.GetFileNameWithoutExtension(self) == "dotnet")
        {
            info.ArgumentList.Add(Assembly.GetExecutingAssembly().Location);
        }

        foreach (string arg in args)
        {
            info.ArgumentList.Add(arg);
        }

        return info;
    }

    /// <summary>Says something, unless <paramref name="line"/> is null, and returns the answer.</summary>
    /// <exception cref="ContestantException">The process ended, or said nothing for five minutes.</exception>
    public async Task<string> AskAsync(string? line)
    {
        try
        {
            if (line is not null)
            {
                await _process.StandardInput.WriteLineAsync(line);
                await _process.StandardInput.FlushAsync();
            }

            using CancellationTokenSource patience = new(TimeSpan.FromMinutes(5));
            return await _process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new ContestantException(await ErrorsAsync());
        }
        catch (OperationCanceledException)
        {
            throw new ContestantException("no answer within 5 minutes");
        }
        catch (IOException)
        {
            throw new ContestantException(await ErrorsAsync());
        }
    }

    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already.
        }

        if (!_process.WaitForExit(TimeSpan.FromSeconds(3)))
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task<string> ErrorsAsync()
    {
        Task first = await Task.WhenAny(_errors, Task.Delay(TimeSpan.FromSeconds(3)));
        string text = first == _errors ? (await _errors).Trim() : "";
        return text.Length > 0 ? text : "the process ended without a word";
    }
}
