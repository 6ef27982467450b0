using System.Net;
using System.Net.Http;
using System.Net.Security;

namespace PollHttp.Servers.Tests;

/// <summary>What is asked of every server of HTTP/2.</summary>
internal static class Http2Checks
{
    public static PollHttpClient NewClient()
    {
        PollHttpClientOptions options = new()
        {
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
        };
        return new(options) { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
    }

    /// <summary>Files of both sizes arrive whole, a HEAD has the length and nothing else.</summary>
    public static async Task FilesAsync(string origin)
    {
        await using PollHttpClient client = NewClient();
        foreach ((string path, byte[] content) in ((string, byte[])[])[(Http2Origin.Digits, Http2Origin.DigitsContent), (Http2Origin.Large, Http2Origin.LargeContent)])
        {
            using Response response = await client.GetAsync(origin + path);
            Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (response.StatusCode, response.Version));
            byte[] body = await response.ReadAsByteArrayAsync();
            Assert.True(content.AsSpan().SequenceEqual(body));
            using Response head = await client.HeadAsync(origin + path);
            Assert.Equal(content.Length, head.ContentLength);
            Assert.Empty(await head.ReadAsByteArrayAsync());
        }
    }

    /// <summary>Many requests at once come back, each with its own answer, whatever limits the server has.</summary>
    public static async Task ManyAsync(string origin, string path, ReadOnlyMemory<byte> expected)
    {
        await using PollHttpClient client = NewClient();
        byte[][] bodies = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => client.GetByteArrayAsync(origin + path)));
        Assert.All(bodies, body => Assert.Equal((expected.Length, expected.Length), (body.Length, expected.Span.CommonPrefixLength(body))));
    }

    /// <summary>Large files of which little is read, many at once, leave room for the next, which arrives whole.</summary>
    public static async Task GivenUpAsync(string origin)
    {
        await using PollHttpClient client = NewClient();
        for (int round = 0; round < 3; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 60).Select(GiveUpAsync));
            byte[] body = await client.GetByteArrayAsync(origin + Http2Origin.Large);
            Assert.True(Http2Origin.LargeContent.AsSpan().SequenceEqual(body));
        }

        async Task GiveUpAsync(int number)
        {
            using Response response = await client.GetAsync(origin + Http2Origin.Large);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            byte[] buffer = new byte[1 + (number * 1000)];
            int count = await response.OpenBodyStream().ReadAsync(buffer);
            Assert.True(Http2Origin.LargeContent.AsSpan(0, count).SequenceEqual(buffer.AsSpan(0, count)));
        }
    }

    /// <summary>A content of a megabyte is taken, of known length and not.</summary>
    public static async Task PostsAsync(string origin, string path, string expected)
    {
        await using PollHttpClient client = NewClient();
        byte[] content = new byte[1_000_000];
        Assert.Equal(expected, await PostAsync(RequestContent.FromBytes(content)));
        Assert.Equal(expected, await PostAsync(RequestContent.FromStream(new MemoryStream(content), content.Length)));

        async Task<string> PostAsync(RequestContent sent)
        {
            using Response response = await client.PostAsync(origin + path, sent);
            return await response.ReadAsStringAsync();
        }
    }

    /// <summary>A content of ten megabytes comes back as it was sent, with the rest of it still to send where the server does not wait for that.</summary>
    public static async Task EchoAsync(string origin, string path)
    {
        await using PollHttpClient client = NewClient();
        using Response response = await client.PostAsync(origin + path, RequestContent.FromStream(new MemoryStream(Http2Origin.LargeContent)));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        byte[] body = await response.ReadAsByteArrayAsync();
        Assert.True(Http2Origin.LargeContent.AsSpan().SequenceEqual(body));
    }

    /// <summary>Trailers of a content come back behind it.</summary>
    public static async Task TrailersAsync(string origin, string path)
    {
        await using PollHttpClient client = NewClient();
        RequestContent content = RequestContent.FromStream(new MemoryStream("content"u8.ToArray()));
        content.Headers.Add("Trailer", "x-sum"); // Go drops trailers that were not announced
        content.Trailers.Add("x-sum", "42");
        using Response response = await client.PostAsync(origin + path, content);
        Assert.Equal("content", await response.ReadAsStringAsync());
        HeaderField trailer = Assert.Single(response.Trailers);
        Assert.Equal(("x-sum", "42"), (trailer.Name.ToLowerInvariant(), trailer.Value));
    }

    /// <summary>Requests one by one go on where the server ends a connection with GOAWAY: each connection gets as many as it may.</summary>
    public static async Task GoAwaysAsync(string origin, string path, int requestsPerConnection)
    {
        await using PollHttpClient client = NewClient();
        List<string> connections = [];
        for (int i = 0; i < (2 * requestsPerConnection) + 10; i++)
        {
            using Response response = await client.GetAsync(origin + path);
            Assert.Equal("GET 0", await response.ReadAsStringAsync());
            connections.Add(response.Headers["x-connection"]!);
        }

        Assert.Equal([requestsPerConnection, requestsPerConnection, 10], connections.CountBy(static c => c).Select(static c => c.Value));
    }

    /// <summary>A server that is killed under load and comes back is found again.</summary>
    public static Task RestartAsync(Http2Origin server) => LoadAsync(server.Origin, mayFail: true, async reachedAsync =>
    {
        await reachedAsync();
        await server.KillAsync();
        await server.StartAsync();
        await reachedAsync();
    });

    /// <summary>A server that ends its connections with GOAWAY and takes new ones answers every request.</summary>
    public static async Task ReloadAsync(Http2Origin server, string signal)
    {
        foreach (string origin in (string[])[server.Origin, server.TlsOrigin])
        {
            await LoadAsync(origin, mayFail: false, async reachedAsync =>
            {
                for (int i = 0; i < 3; i++)
                {
                    await reachedAsync();
                    await server.SignalAsync(signal);
                }

                await reachedAsync();
            });
        }
    }

    /// <summary>Sends requests, 20 at a time, while something happens that can wait for the next 100 responses again and again.</summary>
    private static async Task LoadAsync(string origin, bool mayFail, Func<Func<Task>, Task> meanwhile)
    {
        await using PollHttpClient client = NewClient();
        using CancellationTokenSource stop = new();
        Milestone current = new();
        Task[] load = [.. Enumerable.Range(0, 20).Select(_ => SendAsync())];
        await meanwhile(ReachedAsync);
        stop.Cancel();
        await Task.WhenAll(load);

        async Task SendAsync()
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    Assert.Equal(Http2Origin.DigitsContent, await client.GetByteArrayAsync(origin + Http2Origin.Digits));
                    Volatile.Read(ref current).Count();
                }
                catch (Exception error) when (mayFail && error is (HttpRequestException or IOException))
                {
                    await Task.Yield(); // it is away
                }
            }
        }

        // A request that fails otherwise ends its part of the load, and is thrown at once.
        async Task ReachedAsync()
        {
            Milestone next = new();
            Volatile.Write(ref current, next);
            await await Task.WhenAny([next.Reached, .. load]);
        }
    }

    /// <summary>100 responses to wait for.</summary>
    private sealed class Milestone
    {
        private const int Number = 100;
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _count;

        public Task Reached => _reached.Task;

        public void Count()
        {
            if (Interlocked.Increment(ref _count) == Number)
            {
                _reached.SetResult();
            }
        }
    }
}
