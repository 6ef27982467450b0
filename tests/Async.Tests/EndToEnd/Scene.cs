using System.Net;

namespace PollHttp.Tests.EndToEnd;

/// <summary>What a scenario is given: a client, and where its scripted server is.</summary>
internal sealed record Scene(PollHttpClient Client, Uri Address, Setting Setting)
{
    public Uri To(string path) => new(Address, path);

    public Task<Response> GetAsync(string path = "/", CancellationToken token = default) => Client.GetAsync(To(path), token);

    /// <summary>Fails unless the client can be used as before.</summary>
    public async Task AssertUsableAsync(string path = "/again")
    {
        using Response response = await Client.GetAsync(To(path));
        Xunit.Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await response.ReadAsByteArrayAsync();
    }
}
