using System.Net;

namespace PollHttp.Tests.EndToEnd;

/// <summary>What a scenario is given: a client, and where its scripted server is.</summary>
internal sealed record Scene(PollHttpClient Client, Uri Address, Setting Setting)
{
    public Uri To(string path) => new(Address, path);

    public Task<Response> GetAsync(string path = "/", CancellationToken token = default) => SendAsync(new Request("GET", To(path)), token);

    /// <summary>Sends as the drive does: in sync drive the task is complete, or this throws.</summary>
    public Task<Response> SendAsync(Request request, CancellationToken token = default) =>
        Setting.Drive == Drive.Sync ? Task.FromResult(Client.Send(request, token)) : Client.SendAsync(request, token);

    /// <summary>Fails unless the client can be used as before.</summary>
    public async Task AssertUsableAsync(string path = "/again")
    {
        using Response response = await GetAsync(path);
        Xunit.Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await response.ReadAsByteArrayAsync();
    }
}
