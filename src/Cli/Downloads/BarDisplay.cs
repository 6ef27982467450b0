using System.Collections.Concurrent;
using PollHttp.Cli.Display;
using Spectre.Console;

namespace PollHttp.Cli.Downloads;

/// <summary>Shows a bar for each download, redrawn in place on a terminal.</summary>
internal sealed class BarDisplay(CommandHost host, bool usesColor) : IDownloadDisplay
{
    private const int MaxNameLength = 28;

    private readonly ConcurrentDictionary<DownloadJob, ProgressTask> _tasks = new();
    private ProgressContext? _context;

    public Task RunAsync(Func<Task> work)
    {
        IAnsiConsole console = TerminalConsole.Create(host, usesColor);
        return console.Progress()
            .AutoRefresh(true)
            .HideCompleted(false)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn(),
                new DownloadedColumn { Base = FileSizeBase.Decimal },
                new TransferSpeedColumn { Base = FileSizeBase.Decimal },
                new RemainingTimeColumn())
            .StartAsync(context =>
            {
                _context = context;
                return work();
            });
    }

    public IProgress<DownloadProgress> Begin(DownloadJob job)
    {
        ProgressTask task = _context!.AddTask(Markup.Escape(Shorten(job.Name)), autoStart: true);
        task.IsIndeterminate = true;
        _tasks[job] = task;
        return new Bar(task);
    }

    public void End(DownloadJob job, string remark, bool isFailure)
    {
        ProgressTask task = _tasks[job];
        task.IsIndeterminate = false;
        if (isFailure)
        {
            task.Description = $"[red]{Markup.Escape(Shorten(job.Name))}[/]";
        }
        else
        {
            task.MaxValue = Math.Max(task.Value, 1);
            task.Value = task.MaxValue;
        }

        task.StopTask();
    }

    private static string Shorten(string name) => name.Length <= MaxNameLength ? name : name[..(MaxNameLength - 1)] + "…";

    private sealed class Bar(ProgressTask task) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value)
        {
            if (value.TotalBytes is { } total)
            {
                task.IsIndeterminate = false;
                task.MaxValue = Math.Max(total, 1);
            }

            task.Value = value.Bytes;
        }
    }
}
