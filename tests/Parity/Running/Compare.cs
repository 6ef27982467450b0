namespace PollHttp.Parity.Running;

/// <summary>Runs a case against both handlers, and holds what was seen against each other.</summary>
internal static class Compare
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Both must be seen to do the same, except for what <paramref name="known"/> says.</summary>
    public static async Task RunAsync(Func<Subject, Observation, Task> run, Difference? known = null)
    {
        Observation theirs = await ObserveAsync(isOurs: false, run);
        Observation ours = await ObserveAsync(isOurs: true, run);
        Judge(theirs, ours, known);
    }

    private static async Task<Observation> ObserveAsync(bool isOurs, Func<Subject, Observation, Task> run)
    {
        Observation seen = new();
        using Subject subject = new(isOurs);
        Task running = Task.Run(() => run(subject, seen));
        await Task.WhenAny(running, Task.Delay(Limit));
        if (!running.IsCompleted)
        {
            throw new TimeoutException($"{subject} was not done after {Limit.TotalSeconds} s.");
        }

        await running;
        return seen;
    }

    public static void Judge(Observation theirs, Observation ours, Difference? known)
    {
        List<string> differing = [];
        StringBuilder report = new();
        foreach (string facet in theirs.Facets.Keys.Union(ours.Facets.Keys))
        {
            string a = theirs.Facets.GetValueOrDefault(facet, "(nothing)");
            string b = ours.Facets.GetValueOrDefault(facet, "(nothing)");
            if (a != b)
            {
                differing.Add(facet);
                report.AppendLine().AppendLine($"{facet}:").AppendLine($"  platform: {a}").Append($"  ours:     {b}");
            }
        }

        if (known is null)
        {
            Assert.True(differing.Count == 0, $"The handlers differ.{report}");
            return;
        }

        Assert.True(
            differing.Count > 0,
            $"'{known.Id}' is listed as a difference in docs/swap-in.md, and none was seen any more: take it out there and here.");
        string[] unexpected = [.. differing.Except(known.Facets)];
        Assert.True(unexpected.Length == 0, $"The handlers differ in more than '{known.Id}' says ({string.Join(", ", unexpected)}).{report}");
    }

    /// <summary>One GET, answered with these bytes.</summary>
    public static Task ResponseAsync(string reply, Difference? known = null, params (string, object?)[] settings) =>
        RunAsync(
            async (subject, seen) =>
            {
                await using RawServer server = RawServer.Replying(reply);
                await GetAsync(subject.Client(settings), server, seen);
            },
            known);

    /// <summary>One request, answered with 200 and an empty body: what came over the wire?</summary>
    public static Task RequestAsync(Func<RawServer, HttpRequestMessage> make, Difference? known = null, params (string, object?)[] settings) =>
        RunAsync(
            async (subject, seen) =>
            {
                await using RawServer server = RawServer.Replying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                HttpClient client = subject.Client(settings);
                await seen.TryAsync("error", async () =>
                {
                    using HttpRequestMessage request = make(server);
                    using HttpResponseMessage response = await client.SendAsync(request);
                    seen.Note(response, server);
                });
                seen.Note("received", server.Received);
            },
            known);

    /// <summary>Sends a GET and notes the response, or the error, with body, trailers and what was sent.</summary>
    public static async Task GetAsync(HttpClient client, RawServer server, Observation seen, string path = "/")
    {
        await seen.TryAsync("error", async () =>
        {
            using HttpResponseMessage response = await client.GetAsync(server.Uri(path));
            seen.Note(response, server);
            seen.Note("body", await response.Content.ReadAsStringAsync());
            seen.Note("trailers", Observation.Describe(response.TrailingHeaders));
        });
        seen.Note("received", server.Received);
    }
}
