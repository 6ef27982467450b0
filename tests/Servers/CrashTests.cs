using System.Net.Http;

namespace PollHttp.Servers.Tests;

/// <summary>A server that is killed amid traffic, and comes back.</summary>
public sealed class CrashTests(NginxServer nginx) : IClassFixture<NginxServer>
{
    [ServerFact("nginx")]
    [Trait("fault", "F-67")]
    public async Task After_a_crash_every_call_has_ended_and_the_first_ones_to_the_new_server_succeed()
    {
        await nginx.StartAsync();
        await using PollHttpClient client = new();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.GetByteArrayAsync($"{nginx.Origin}/digits.txt"))); // kept connections

        Response[] slow = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.GetAsync($"{nginx.Origin}/endless.txt")));
        Task<byte[]>[] reading = [.. slow.Select(r => r.ReadAsByteArrayAsync())];
        await nginx.KillAsync();
        foreach (Task<byte[]> one in reading)
        {
            HttpIOException cut = await Assert.ThrowsAnyAsync<HttpIOException>(() => one);
            Assert.Contains("of 200,000 body bytes", cut.Message, StringComparison.Ordinal);
        }

        PollHttpException refused = await Assert.ThrowsAsync<PollHttpException>(() => client.GetAsync($"{nginx.Origin}/digits.txt"));
        Assert.Equal(HttpRequestError.ConnectionError, refused.HttpRequestError);

        await nginx.StartAsync();
        byte[][] bodies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.GetByteArrayAsync($"{nginx.Origin}/digits.txt")));
        Assert.All(bodies, body => Assert.Equal(nginx.Digits, body));
        Array.ForEach(slow, r => r.Dispose());
    }
}
