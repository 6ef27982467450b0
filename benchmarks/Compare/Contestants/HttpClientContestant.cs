using System.Net;
using System.Net.Http.Json;

namespace PollHttp.Compare;

/// <summary>The platform's client with everything switched off that could cost time and is not asked for: no proxy, no cookies, no redirects.</summary>
internal static class HttpClientContestant
{
    public static async Task RaceAsync(Job job)
    {
        using SocketsHttpHandler handler = Handler(job);
        await RaceAsync(job, handler);
    }

    internal static SocketsHttpHandler Handler(Job job) => new()
    {
        MaxConnectionsPerServer = job.MostConnections,
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        SslOptions = { RemoteCertificateValidationCallback = Clients.Trust },
    };

    /// <summary>Also for another handler under the same client.</summary>
    internal static async Task RaceAsync(Job job, HttpMessageHandler handler)
    {
        if (job.Work == Work.Grpc)
        {
            await GrpcCalls.ServeAsync(job, handler);
            return;
        }

        using HttpClient client = new(handler, disposeHandler: false);
        if (job.IsHttp2)
        {
            client.DefaultRequestVersion = HttpVersion.Version20;
            client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        }

        byte[][] buffers = [.. Enumerable.Range(0, job.Connections).Select(_ => new byte[job.Connections == 1 ? 128 * 1024 : 4096])];
        Func<int, ValueTask> operation = job.Work switch
        {
            Work.Json => async _ => ContestantProcess.CheckItems(await client.GetFromJsonAsync(job.Url, JsonContext.Default.JsonItemArray)),
            Work.Post => PostWith(client, job, buffers),
            Work.Upload => worker => UploadAsync(client, job, buffers[worker]),
            Work.BodyBeside => worker => job.IsSlow(worker) ? ReadSlowlyAsync(client, job) : GetAsync(client, job, job.Url, buffers[worker]),
            Work.SlowAndFast => worker => GetAsync(client, job, job.UrlOf(worker), buffers[worker]),
            _ when job.Rate > 0 => _ => GetAsync(client, job, job.Url, new byte[64]), // which worker it is has no meaning there
            _ => worker => GetAsync(client, job, job.Url, buffers[worker]),
        };
        if (job.Work == Work.Idle)
        {
            await IdleRace.ServeAsync(job, operation);
        }
        else
        {
            await ContestantProcess.ServeAsync(Workers.Of(job, operation));
        }
    }

    private static async ValueTask GetAsync(HttpClient client, Job job, Uri url, byte[] buffer)
    {
        using HttpResponseMessage response = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead);
        await ReadAsync(response, job, buffer);
    }

    private static Func<int, ValueTask> PostWith(HttpClient client, Job job, byte[][] buffers)
    {
        byte[] bytes = new byte[Job.PostBytes];
        return async worker =>
        {
            using ByteArrayContent content = new(bytes);
            using HttpRequestMessage request = PostOf(client, job, content);
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await ReadAsync(response, job, buffers[worker]);
        };
    }

    private static async ValueTask UploadAsync(HttpClient client, Job job, byte[] buffer)
    {
        using StreamContent content = new(new EndlessStream(Job.UploadBytes), 64 * 1024) { Headers = { ContentLength = Job.UploadBytes } };
        using HttpRequestMessage request = PostOf(client, job, content);
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await ReadAsync(response, job, buffer);
    }

    private static HttpRequestMessage PostOf(HttpClient client, Job job, HttpContent content) =>
        new(HttpMethod.Post, job.Url) { Content = content, Version = client.DefaultRequestVersion, VersionPolicy = client.DefaultVersionPolicy };

    private static async ValueTask ReadSlowlyAsync(HttpClient client, Job job)
    {
        using HttpResponseMessage response = await client.GetAsync(job.UrlOf(0), HttpCompletionOption.ResponseHeadersRead);
        await using Stream body = await response.Content.ReadAsStreamAsync();
        await SlowReading.ReadAsync(body);
    }

    private static async ValueTask ReadAsync(HttpResponseMessage response, Job job, byte[] buffer)
    {
        await using Stream body = await response.Content.ReadAsStreamAsync();
        long length = 0;
        for (int read; (read = await body.ReadAsync(buffer)) > 0;)
        {
            length += read;
        }

        ContestantProcess.Check(job, (int)response.StatusCode, length);
    }
}
