using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>Alone, since it counts the handles of the process.</summary>
[Collection(Alone.Name)]
public sealed class BadCertificateTests
{
    [Fact]
    [Trait("past", "C-53")]
    public async Task A_server_whose_certificate_is_refused_again_and_again_costs_no_handles()
    {
        const int Rounds = 200;
        using LoopbackServer server = new(new ScriptedHttpServer(_ => ServerReply.Text("never")), isTls: true);
        await using PollHttpClient client = new();
        await FailAsync(1); // what is made once is made
        int before = CountHandles();
        await FailAsync(Rounds);
        server.AssertAllClientsHaveClosed(Rounds + 1);
        Assert.InRange(CountHandles(), 0, before + 20);

        async Task FailAsync(int times)
        {
            for (int i = 0; i < times; i++)
            {
                PollHttpException error = await Assert.ThrowsAsync<PollHttpException>(() => client.GetAsync($"https://localhost:{server.Port}/"));
                Assert.Equal(HttpRequestError.SecureConnectionError, error.HttpRequestError);
            }
        }
    }

    private static int CountHandles() => OperatingSystem.IsLinux()
        ? Directory.GetFileSystemEntries("/proc/self/fd").Length
        : System.Diagnostics.Process.GetCurrentProcess().HandleCount;
}
