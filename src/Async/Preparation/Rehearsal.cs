using System.Net.Sockets;
using System.Security.Cryptography;
using PollHttp.Sockets;

namespace PollHttp.Rehearsing;

/// <summary>The requests of <see cref="Preparation"/>: what a game or a plain program asks for first.</summary>
internal static class Rehearsal
{
    // As in a frame, so that the code that is compiled is that of budgeted polls.
    private static readonly PollBudget s_budget = TimeSpan.FromMilliseconds(0.5);

    public static bool Run()
    {
        try
        {
            RunAgainst(isTls: false);
            RunAgainst(isTls: true);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or CryptographicException or PlatformNotSupportedException
            or HttpRequestException or OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            return false; // the machine did not allow it, which is no failure of a request
        }
    }

    private static void RunAgainst(bool isTls)
    {
        using RehearsalServer server = new(isTls);
        using (PollLoop loop = new())
        using (PollHttpClient client = new(loop, ClientOptions()))
        {
            Drive(loop, AwaitAsync(client, server.Address));
        }

        // Where a download fails, its partial file goes with the folder.
        DirectoryInfo folder = Directory.CreateTempSubdirectory("pollhttp-");
        try
        {
            using PollDownload download = new(SocketNetwork.Default, new() { Tls = RehearsalServer.Trust() });
            download.Start(new(server.Address, RehearsalServer.Plain), Stream.Null);
            Drive(download);
            download.StartToFile(new(server.Address, RehearsalServer.Coded), Path.Combine(folder.FullName, "file"));
            Drive(download);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static PollHttpClientOptions ClientOptions() => new()
    {
        SslOptions = RehearsalServer.Trust(),
        UseProxy = false, // the environment's would be asked for this machine
        Timeout = TimeSpan.FromSeconds(10),
    };

    private static async Task AwaitAsync(PollHttpClient client, Uri server)
    {
        using (Response response = await client.GetAsync(new Uri(server, RehearsalServer.Moved)).ConfigureAwait(false))
        {
            await foreach (ReadOnlyMemory<byte> slice in response.Body.ConfigureAwait(false))
            {
                _ = slice.Length;
            }
        }

        using (Response response = await client.GetAsync(new Uri(server, RehearsalServer.Plain)).ConfigureAwait(false))
        {
            Stream body = response.OpenBodyStream();
            await using (body.ConfigureAwait(false))
            {
                await body.CopyToAsync(Stream.Null).ConfigureAwait(false);
            }
        }

        _ = await client.GetStringAsync(new Uri(server, RehearsalServer.Coded)).ConfigureAwait(false);
    }

    private static void Drive(PollLoop loop, Task task)
    {
        while (!task.IsCompleted)
        {
            loop.Poll(s_budget);
            Rest();
        }

        task.GetAwaiter().GetResult();
    }

    private static void Drive(PollDownload download)
    {
        while (download.Poll(s_budget) == PollDownloadResult.InProgress)
        {
            Rest();
        }

        if (download.Result != PollDownloadResult.Success)
        {
            throw new IOException(download.Error);
        }
    }

    /// <summary>Between two frames, so that polls find nothing at times, as those of a game do.</summary>
    private static void Rest() => Thread.Sleep(1);
}
