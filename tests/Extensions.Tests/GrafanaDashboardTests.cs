using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace PollHttp.Extensions.Http.Tests;

/// <summary>docs/grafana/pollhttp.json asks for what the meter emits, under the names that OpenTelemetry's exporter for Prometheus gives it.</summary>
public sealed partial class GrafanaDashboardTests
{
    /// <summary>What the server that scrapes adds.</summary>
    private static readonly string[] s_labelsOfPrometheus = ["job", "le"];

    [Fact]
    public async Task Every_metric_and_label_of_the_dashboard_is_emitted()
    {
        string scraped = await ScrapeAsync();
        ILookup<string, string> emitted = Sample().Matches(scraped)
            .SelectMany(static sample => LabelOfSample().Matches(sample.Groups["labels"].Value).Select(label => (Metric: sample.Groups["name"].Value, Label: label.Groups[1].Value)))
            .ToLookup(static pair => pair.Metric, static pair => pair.Label);
        (string Title, string Expression, string Legend)[] targets = [.. Targets()];
        Assert.NotEmpty(targets);
        foreach ((string title, string expression, string legend) in targets)
        {
            string[] metrics = [.. Metric().Matches(expression).Select(static match => match.Value).Distinct()];
            Assert.True(metrics.Length > 0, $"{title} asks for no metric: {expression}");
            string[] labels = [.. Matcher().Matches(expression).Concat(LabelOfLegend().Matches(legend)).Select(static match => match.Groups[1].Value)
                .Concat(Grouping().Matches(expression).SelectMany(static match => match.Groups[1].Value.Split(", ")))
                .Distinct().Except(s_labelsOfPrometheus)];
            Assert.Contains("server_address", labels);
            foreach (string metric in metrics)
            {
                Assert.True(emitted.Contains(metric), $"{title}: {metric} is not among {string.Join(", ", emitted.Select(static each => each.Key))}.");
                Assert.Equal([], labels.Except(emitted[metric]));
            }
        }
    }

    [Fact]
    public void Every_instrument_of_the_meter_is_on_the_dashboard()
    {
        string all = string.Concat(Targets().Select(static target => target.Expression));
        foreach (string instrument in (string[])["request_duration", "active_requests", "open_connections", "connection_duration", "request_time_in_queue"])
        {
            Assert.Contains("http_client_" + instrument, all, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<(string Title, string Expression, string Legend)> Targets()
    {
        using JsonDocument dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "grafana", "pollhttp.json")));
        foreach (JsonElement panel in dashboard.RootElement.GetProperty("panels").EnumerateArray())
        {
            foreach (JsonElement target in panel.GetProperty("targets").EnumerateArray())
            {
                yield return (panel.GetProperty("title").GetString()!, target.GetProperty("expr").GetString()!, target.GetProperty("legendFormat").GetString()!);
            }
        }
    }

    /// <summary>Makes every instrument measure something, and reads what Prometheus would.</summary>
    private static async Task<string> ScrapeAsync()
    {
        int port = FreePort();
        using MeterProvider metrics = Sdk.CreateMeterProviderBuilder().AddPollHttpInstrumentation()
            .AddPrometheusHttpListener(options => options.Port = port).Build();
        TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await TestServer.StartAsync(async context =>
        {
            await first.Task;
            context.Response.StatusCode = context.Request.Path == "/missing" ? 404 : 200;
            context.Response.Headers.Connection = context.Request.Path == "/last" ? "close" : "";
            await context.Response.WriteAsync("hi");
        });
        using PollHttpClient client = new(new PollHttpClientOptions { MaxConnectionsPerServer = 1, UseProxy = false });
        Task<Response>[] all = [.. ((string[])["/", "/missing", "/last", "/"]).Select(path => client.GetAsync(new Uri(server.Uri, path)))];
        first.SetResult();
        foreach (Task<Response> each in all)
        {
            (await each).Dispose();
        }

        using HttpClient scraper = new(new SocketsHttpHandler());
        return await scraper.GetStringAsync(new Uri($"http://localhost:{port}/metrics"));
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "PollHttp.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"^(?<name>[a-z_]+)\{(?<labels>[^}]*)\} ", RegexOptions.Multiline)]
    private static partial Regex Sample();

    [GeneratedRegex(@"([a-z_]+)=""")]
    private static partial Regex LabelOfSample();

    [GeneratedRegex(@"http_client_[a-z_]+")]
    private static partial Regex Metric();

    [GeneratedRegex(@"([a-z_]+)(?:=~|!=|=)""")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"by \(([^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\{\{([a-z_]+)\}\}")]
    private static partial Regex LabelOfLegend();
}
