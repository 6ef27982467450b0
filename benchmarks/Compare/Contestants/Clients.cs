using System.Net;
using System.Net.Security;
using PollHttp.Core;

namespace PollHttp.Compare;

/// <summary>What all our asynchronous contestants share: the client and how one operation is done with it.</summary>
internal static class Clients
{
    /// <summary>A connection for each worker; everything else as it comes. The servers' certificates are their own.</summary>
    public static PollHttpClientOptions Options(Job job) => new()
    {
        MaxConnectionsPerServer = job.MostConnections,
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = Trust },
    };

    /// <summary>The server of a job, for connections that are polled by hand.</summary>
    public static ConnectionTarget TargetOf(Job job) => new()
    {
        Host = job.Url.Host,
        Port = job.Url.Port,
        Versions = job.IsHttp2 ? HttpVersions.Http2 : HttpVersions.Http1,
        Tls = job.Url.Scheme == "https" ? new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = Trust } : null,
    };

    /// <summary>For every contestant: what is measured is not the building of chains.</summary>
    public static bool Trust(object sender, object? certificate, object? chain, SslPolicyErrors errors) => true;

    public static PollHttpClient Create(Job job, PollLoop? loop = null)
    {
        PollHttpClient client = loop is null ? new(Options(job)) : new(loop, Options(job));
        if (job.IsHttp2)
        {
            client.DefaultRequestVersion = HttpVersion.Version20;
            client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        }

        return client;
    }

    public static Func<int, ValueTask> OperationOf(PollHttpClient client, Job job) => job.Work switch
    {
        Work.Json => _ => ReadJsonAsync(client, job),
        Work.Post => PostWith(client, job),
        Work.Upload => _ => UploadAsync(client, job),
        Work.BodyBeside => worker => job.IsSlow(worker) ? ReadSlowlyAsync(client, job) : GetAsync(client, job, job.Url),
        _ => worker => GetAsync(client, job, job.UrlOf(worker)),
    };

    private static async ValueTask GetAsync(PollHttpClient client, Job job, Uri url)
    {
        using Response response = await client.GetAsync(url);
        await ReadAsync(response, job);
    }

    private static async ValueTask ReadAsync(Response response, Job job)
    {
        long length = 0;
        await foreach (ReadOnlyMemory<byte> slice in response.Body)
        {
            length += slice.Length;
        }

        ContestantProcess.Check(job, (int)response.StatusCode, length);
    }

    /// <summary>16 KiB a millisecond, until the others are done.</summary>
    private static async ValueTask ReadSlowlyAsync(PollHttpClient client, Job job)
    {
        using Response response = await client.GetAsync(job.UrlOf(0));
        await using Stream body = response.OpenBodyStream();
        await SlowReading.ReadAsync(body);
    }

    private static async ValueTask ReadJsonAsync(PollHttpClient client, Job job)
    {
        ContestantProcess.CheckItems(await client.GetFromJsonAsync(job.Url, JsonContext.Default.JsonItemArray));
    }

    private static Func<int, ValueTask> PostWith(PollHttpClient client, Job job)
    {
        RequestContent content = RequestContent.FromBytes(new byte[Job.PostBytes]);
        return async _ =>
        {
            using Response response = await client.PostAsync(job.Url, content);
            await ReadAsync(response, job);
        };
    }

    private static async ValueTask UploadAsync(PollHttpClient client, Job job)
    {
        await using EndlessStream source = new(Job.UploadBytes);
        using Response response = await client.PostAsync(job.Url, RequestContent.FromStream(source, Job.UploadBytes));
        await ReadAsync(response, job);
    }
}
