using System.Net;
using System.Net.Http;
using System.Text;

namespace PollHttp.Servers.Tests;

/// <summary>Against nginx.</summary>
public sealed class NginxTests(NginxServer nginx) : IClassFixture<NginxServer>
{
    [ServerFact("nginx")]
    public async Task A_file_arrives_whole_and_its_connection_is_used_again()
    {
        await nginx.StartAsync();
        await using PollHttpClient client = new();
        HashSet<string> connections = [];
        for (int i = 0; i < 5; i++)
        {
            using Response response = await client.GetAsync($"{nginx.Origin}/digits.txt");
            connections.Add(response.Headers.TryGetValue("X-Connection", out string? connection) ? connection : "none");
            Assert.Equal(nginx.Digits, await response.ReadAsByteArrayAsync());
        }

        Assert.Single(connections);
    }

    [ServerFact("nginx")]
    public async Task A_range_is_a_part_of_the_file()
    {
        await nginx.StartAsync();
        await using PollHttpClient client = new();
        Request request = new("GET", $"{nginx.Origin}/digits.txt");
        request.Headers.Add("Range", "bytes=100-109");
        using Response response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal("0123456789", await response.ReadAsStringAsync());
    }

    [ServerFact("nginx")]
    public async Task A_server_that_hangs_up_without_an_answer_is_an_error_that_says_so()
    {
        await nginx.StartAsync();
        await using PollHttpClient client = new();
        PollHttpException error = await Assert.ThrowsAsync<PollHttpException>(() => client.GetAsync($"{nginx.Origin}/vanish"));
        Assert.Equal(HttpRequestError.ResponseEnded, error.HttpRequestError);
        Assert.Contains($"127.0.0.1:{nginx.Port}", error.Message, StringComparison.Ordinal);
        Assert.True(error.RequestMayHaveBeenProcessed);
    }

    [ServerFact("nginx")]
    public async Task A_server_that_closes_after_every_second_request_is_followed_without_an_error()
    {
        await nginx.StartAsync();
        await using PollHttpClient client = new();
        for (int i = 0; i < 7; i++)
        {
            Assert.Equal("twice", await client.GetStringAsync($"{nginx.Origin}/twice"));
        }
    }

    [ServerFact("nginx")]
    public async Task A_slow_body_arrives_whole()
    {
        await nginx.StartAsync();
        await using PollHttpClient client = new();
        Assert.Equal(nginx.Digits, await client.GetByteArrayAsync($"{nginx.Origin}/slow.txt"));
    }

    [ServerFact("nginx")]
    public async Task Gzip_in_chunks_is_decoded()
    {
        await nginx.StartAsync();
        await using PollHttpClient client = new();
        string text = await client.GetStringAsync($"{nginx.Origin}/words.html");
        Assert.Equal(string.Concat(Enumerable.Repeat("<p>the same words again and again</p>\n", 2_000)), text);
    }

    [ServerFact("nginx")]
    public async Task A_redirect_is_followed_on_the_same_connection()
    {
        await nginx.StartAsync();
        await using PollHttpClient client = new();
        using Response response = await client.GetAsync($"{nginx.Origin}/moved");
        Assert.Equal($"{nginx.Origin}/digits.txt", response.RequestUri.AbsoluteUri);
        Assert.Equal(nginx.Digits, await response.ReadAsByteArrayAsync());
    }

    [ServerFact("nginx")]
    public async Task Basic_credentials_are_given_when_they_are_asked_for()
    {
        await nginx.StartAsync();
        await using PollHttpClient client = new(new PollHttpClientOptions { Credentials = new NetworkCredential("user", "secret") });
        Assert.Equal(nginx.Digits, await client.GetByteArrayAsync($"{nginx.Origin}/private"));
        await using PollHttpClient wrong = new(new PollHttpClientOptions { Credentials = new NetworkCredential("user", "guess") });
        using Response refused = await wrong.GetAsync($"{nginx.Origin}/private");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [ServerFact("nginx")]
    public async Task Tls_verifies_by_the_authority_given_and_shows_the_client_certificate()
    {
        await nginx.StartAsync();
        await using PollHttpClient without = new(new PollHttpClientOptions { SslOptions = nginx.Certificates.Trusting() });
        Assert.StartsWith("NONE", await without.GetStringAsync($"{nginx.TlsOrigin}/who"), StringComparison.Ordinal);
        await using PollHttpClient with = new(new PollHttpClientOptions { SslOptions = nginx.Certificates.Trusting(nginx.Certificates.Client) });
        Assert.StartsWith("SUCCESS CN=client", await with.GetStringAsync($"{nginx.TlsOrigin}/who"), StringComparison.Ordinal);
    }

    [ServerFact("nginx")]
    public async Task A_certificate_of_an_unknown_authority_is_refused_before_anything_is_sent()
    {
        await nginx.StartAsync();
        await using PollHttpClient client = new();
        PollHttpException error = await Assert.ThrowsAsync<PollHttpException>(() => client.GetAsync($"{nginx.TlsOrigin}/who"));
        Assert.Equal(HttpRequestError.SecureConnectionError, error.HttpRequestError);
        Assert.Equal(0, error.Fault.RequestBytesSent);
    }

    [ServerFact("nginx")]
    public async Task A_body_over_tls_arrives_whole()
    {
        await nginx.StartAsync();
        await using PollHttpClient client = new(new PollHttpClientOptions { SslOptions = nginx.Certificates.Trusting() });
        StringBuilder text = new();
        using Response response = await client.GetAsync($"{nginx.TlsOrigin}/digits.txt");
        await foreach (ReadOnlyMemory<byte> slice in response.Body)
        {
            text.Append(Encoding.ASCII.GetString(slice.Span));
        }

        Assert.Equal(Encoding.ASCII.GetString(nginx.Digits), text.ToString());
    }
}
