using CsCheck;

namespace PollHttp.Parity.Differential;

/// <summary>
/// Sends generated values in responses to <c>HttpClient</c> over both handlers, and compares the requests that follow and the result.
/// A share runs each time, always the same; POLLHTTP_DIFFERENTIAL=full runs many times as many, others each time, the first of which
/// POLLHTTP_DIFFERENTIAL_SEED chooses.
/// </summary>
internal static class ReplyRun
{
    private const int Share = 150;
    private const int Full = 20_000;
    private const int MostReported = 20;

    /// <param name="values">What to send.</param>
    /// <param name="replies">The responses, in order, in which a value stands.</param>
    /// <param name="accepted">The differences that are meant; any other fails.</param>
    /// <param name="settings">The settings of both handlers.</param>
    public static async Task CompareAsync(
        Gen<string> values, Func<string, string[]> replies, IReadOnlyList<Accepted> accepted, params (string Name, object? Value)[] settings)
    {
        bool isFull = Environment.GetEnvironmentVariable("POLLHTTP_DIFFERENTIAL") == "full";
        List<string> found = [];
        if (isFull)
        {
            await values.SampleAsync(JudgeAsync, seed: Environment.GetEnvironmentVariable("POLLHTTP_DIFFERENTIAL_SEED"), iter: Full, threads: 1);
        }
        else
        {
            for (uint i = 0; i < Share; i++)
            {
                await JudgeAsync(values.Generate(new PCG(i, i), null, out _)); // the same values in each run
            }
        }

        Assert.True(found.Count == 0, string.Join("\n\n", found));

        async Task JudgeAsync(string value)
        {
            if (found.Count >= MostReported)
            {
                return;
            }

            Observation theirs = await ObserveAsync(isOurs: false, replies(value), settings);
            Observation ours = await ObserveAsync(isOurs: true, replies(value), settings);
            try
            {
                Compare.Judge(theirs, ours, known: null);
            }
            catch (Xunit.Sdk.XunitException difference) when (!accepted.Any(a => a.Applies(value, theirs)))
            {
                found.Add($"{Printable(value)}: {difference.Message}");
            }
            catch (Xunit.Sdk.XunitException)
            {
                // One of those that are meant.
            }
        }
    }

    private static string Printable(string value) =>
        string.Concat(value.Select(static c => c is >= ' ' and <= '~' ? c.ToString() : $"\\u{(int)c:x4}"));

    private static async Task<Observation> ObserveAsync(bool isOurs, string[] replies, (string Name, object? Value)[] settings)
    {
        Observation seen = new();
        using Subject subject = new(isOurs);
        await using RawServer server = RawServer.Replying(replies);
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect = async (_, token) =>
        {
            System.Net.Sockets.Socket socket = new(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, server.Port, token); // whatever the name: all hosts are this server
            return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
        };
        HttpClient client = subject.Client([.. settings, ("ConnectCallback", connect)]);
        await seen.TryAsync("error", async () =>
        {
            using HttpResponseMessage response = await client.GetAsync(new Uri("http://a.test/d/e?q#f"));
            seen.Note("status", (int)response.StatusCode);
            seen.Note("address", response.RequestMessage!.RequestUri!.AbsoluteUri);
            await response.Content.ReadAsByteArrayAsync();
            seen.Note("retry after", response.Headers.RetryAfter);
            if (replies.Length > 1)
            {
                using HttpResponseMessage next = await client.GetAsync(new Uri("http://a.test/d/f"));
                seen.Note("next status", (int)next.StatusCode);
            }
        });
        seen.Note("received", string.Join("\n", server.Requests.Select(static r => $"{r.Line} | {r.Field("Host")} | {r.Field("Cookie")} | {WithoutNonce(r.Field("Authorization"))}")));
        return seen;
    }

    /// <summary>An answer to Digest has a random part, and other quotes and order: what counts is that it was given.</summary>
    private static string? WithoutNonce(string? authorization) =>
        authorization?.StartsWith("Digest ", StringComparison.Ordinal) == true ? "Digest" : authorization;
}
