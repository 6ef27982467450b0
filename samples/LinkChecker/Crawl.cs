using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using PollHttp.Core;

namespace PollHttp.LinkChecker;

/// <summary>Follows links from one address, on one thread: no collection in here needs a lock.</summary>
internal sealed partial class Crawl(Uri start, TimeSpan pause)
{
    private const int WorkersAHost = 4;
    private const int LargestPage = 2_000_000;

    private readonly Dictionary<string, HostQueue> _hosts = [];
    private readonly HashSet<Uri> _seen = [];
    private readonly List<string> _broken = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly TaskCompletionSource _end = new();
    private int _working;

    public int Run()
    {
        PollLoop.Run(async loop =>
        {
            using IDisposable context = loop.InstallSynchronizationContext(); // after Task.Delay, too, the rest runs on this thread
            using PollHttpClient client = new(loop, new PollHttpClientOptions
            {
                MaxConnectionsPerServer = WorkersAHost,
                Timeout = TimeSpan.FromSeconds(20),
                Limits = { BodyBytes = LargestPage },
            });
            using Table table = new(_hosts.Values, _clock);
            Add(client, start);
            while (await Task.WhenAny(_end.Task, Task.Delay(Table.Interval)) != _end.Task)
            {
                table.Draw();
            }

            table.Draw();
        });

        int done = _hosts.Values.Sum(static host => host.Done);
        foreach (string line in _broken.Take(10))
        {
            Console.WriteLine(line);
        }

        Console.WriteLine($"{done} links on {_hosts.Count} hosts in {_clock.Elapsed.TotalSeconds:F1} s, {_broken.Count} broken");
        return 0;
    }

    /// <summary>Puts an address into the queue of its host, once, and has it worked on.</summary>
    private void Add(PollHttpClient client, Uri address)
    {
        if (!_seen.Add(address))
        {
            return;
        }

        if (!_hosts.TryGetValue(address.Authority, out HostQueue? host))
        {
            _hosts.Add(address.Authority, host = new HostQueue(address.Authority));
        }

        host.Waiting.Enqueue(address);
        if (host.Workers < WorkersAHost)
        {
            host.Workers++;
            _working++;
            _ = WorkAsync(client, host);
        }
    }

    private async Task WorkAsync(PollHttpClient client, HostQueue host)
    {
        while (host.Waiting.TryDequeue(out Uri? address))
        {
            try
            {
                await CheckAsync(client, host, address);
            }
            catch (Exception error) when (error is HttpRequestException or HttpIOException or OperationCanceledException)
            {
                Note(host, $"{address}: {error.Message}");
            }

            host.Done++;
            await Task.Delay(pause);
        }

        host.Workers--;
        if (--_working == 0)
        {
            _end.SetResult();
        }
    }

    private async Task CheckAsync(PollHttpClient client, HostQueue host, Uri address)
    {
        using Response response = await client.GetAsync(address);
        if (response.GetRetryAfter() is { } wait && response.StatusCode is System.Net.HttpStatusCode.TooManyRequests or System.Net.HttpStatusCode.ServiceUnavailable)
        {
            host.Waiting.Enqueue(address); // later, as the host asks
            await Task.Delay(response.GetRetryAfter() ?? TimeSpan.FromSeconds(1));
            return;
        }

        if (!response.IsSuccessStatusCode)
        {
            Note(host, $"{address}: {(int)response.StatusCode} {response.ReasonPhrase}");
            return;
        }

        // Elsewhere than where it began, a link is checked and not followed.
        bool isFollowed = address.IsLoopback == start.IsLoopback && (start.IsLoopback || address.Host == start.Host);
        if (isFollowed && (response.Headers["Content-Type"] ?? "").StartsWith("text/html", StringComparison.OrdinalIgnoreCase))
        {
            foreach (Match link in Link().Matches(await response.ReadAsStringAsync()))
            {
                if (Uri.TryCreate(address, link.Groups[1].Value, out Uri? next) && next.Scheme is "http" or "https")
                {
                    Add(client, new Uri(next!.GetLeftPart(UriPartial.Query)));
                }
            }
        }
    }

    private void Note(HostQueue host, string line)
    {
        host.Broken++;
        _broken.Add(line);
    }

    [GeneratedRegex("""<a\s[^>]*href\s*=\s*["']([^"'#]+)""", RegexOptions.IgnoreCase)]
    private static partial Regex Link();
}
