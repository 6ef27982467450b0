using System.Diagnostics;
using System.Text;

namespace PollHttp.LinkChecker;

/// <summary>A table of hosts that is redrawn in place on a terminal; elsewhere nothing.</summary>
internal sealed class Table(IReadOnlyCollection<HostQueue> hosts, Stopwatch clock) : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private const int Rows = 12;
    private int _lines;

    public void Draw()
    {
        if (Console.IsOutputRedirected)
        {
            return;
        }

        StringBuilder text = new();
        if (_lines > 0)
        {
            text.Append($"\e[{_lines}A");
        }

        text.Append("\e[K\e[1mhost                     done  waiting  under way  broken\e[0m\n");
        HostQueue[] shown = [.. hosts.OrderByDescending(static host => host.Waiting.Count).ThenBy(static host => host.Name, StringComparer.Ordinal).Take(Rows)];
        foreach (HostQueue host in shown)
        {
            text.Append($"\e[K{host.Name,-22} {host.Done,6:N0}  {host.Waiting.Count,7:N0}  {host.Workers,9}  {host.Broken,6}\n");
        }

        int done = hosts.Sum(static host => host.Done);
        text.Append($"\e[K{hosts.Count,3} hosts, {done:N0} links, {done / clock.Elapsed.TotalSeconds:N0} a second\n");
        _lines = shown.Length + 2;
        Console.Write(text.ToString());
    }

    public void Dispose() => Console.Out.Flush();
}
