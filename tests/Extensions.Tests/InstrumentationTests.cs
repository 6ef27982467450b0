using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace PollHttp.Extensions.Http.Tests;

public sealed class InstrumentationTests
{
    [Fact]
    [Trait("parity", "P-088")]
    public async Task One_line_each_brings_spans_and_metrics_to_OpenTelemetry()
    {
        List<Activity> spans = [];
        List<Metric> metrics = [];
        using TracerProvider tracing = Sdk.CreateTracerProviderBuilder().AddPollHttpInstrumentation().AddInMemoryExporter(spans).Build();
        using MeterProvider metering = Sdk.CreateMeterProviderBuilder().AddPollHttpInstrumentation().AddInMemoryExporter(metrics).Build();
        await using TestServer server = await TestServer.StartAsync(static context => context.Response.WriteAsync(context.Request.Headers.TraceParent.ToString()));
        using HttpClient client = new(new PollHttpHandler());
        string path = $"/{Guid.NewGuid():N}";
        string traceParent = await client.GetStringAsync(new Uri(server.Uri, path + "?secret=1"));
        tracing.ForceFlush();
        metering.ForceFlush();
        Activity span = Assert.Single(spans, s => s.GetTagItem("url.full") is string url && url.Contains(path, StringComparison.Ordinal));
        Assert.Contains(span.SpanId.ToString(), traceParent, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", (string)span.GetTagItem("url.full")!, StringComparison.Ordinal);
        Assert.Equal("GET", span.DisplayName);
        Assert.Contains(metrics, static m => m.Name == "http.client.request.duration");
        Assert.Contains(metrics, static m => m.Name == "http.client.open_connections");
    }
}
