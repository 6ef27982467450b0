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
}
