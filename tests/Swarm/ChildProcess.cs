using System.Diagnostics;
using System.Globalization;

namespace PollHttp.Swarm;

/// <summary>A process of this program that runs seeds. It ends when this one does, as its input ends.</summary>
internal static class ChildProcess
{
    /// <summary>Runs it to its end.</summary>
    /// <returns>Its exit code.</returns>
    public static int Run(SwarmOptions options, Action<string> onLine)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardInput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        }

        start.ArgumentList.Add("--child");
        foreach (string argument in Arguments(options))
        {
            start.ArgumentList.Add(argument);
        }

        using Process child = Process.Start(start)!;
        while (child.StandardOutput.ReadLine() is { } line)
        {
            onLine(line);
        }

        child.WaitForExit();
        return child.ExitCode;
    }

    /// <summary>Gets the command line of these options.</summary>
    public static IEnumerable<string> Arguments(SwarmOptions options)
    {
        yield return "--seed";
        yield return options.Seed.ToString(CultureInfo.InvariantCulture);
        if (options.Minutes is { } minutes)
        {
            yield return "--minutes";
            yield return minutes.ToString(CultureInfo.InvariantCulture);
        }
        else
        {
            yield return "--seeds";
            yield return options.Seeds!.Value.ToString(CultureInfo.InvariantCulture);
        }

        yield return options.IsSimulated ? "--sim" : "--sockets";
        if (options.UsesHttp2 is { } usesHttp2)
        {
            yield return usesHttp2 ? "--http2" : "--http1";
        }

        if (options.Only is not null)
        {
            yield return "--only";
            yield return options.Only;
        }

        if (options.Keep is not null)
        {
            yield return "--keep";
            yield return string.Join(',', options.Keep.Order());
        }

        if (options.PrintsScenario)
        {
            yield return "--print";
        }

        if (options.Patience is not null)
        {
            yield return "--patience";
            yield return options.Patience.Value.ToString(CultureInfo.InvariantCulture);
        }
    }
}
