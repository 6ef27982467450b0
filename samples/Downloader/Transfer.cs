namespace PollHttp.Downloader;

/// <summary>One download, with a bar, and a line for each way to fail.</summary>
internal static class Transfer
{
    public static async Task<int> RunAsync(Uri address, string path, ContentDigest? digest, CancellationToken stop, int resumes = 5)
    {
        using PollHttpClient client = new();
        Bar bar = new(Path.GetFileName(path));
        try
        {
            DownloadOptions options = new() { Digest = digest, MaxResumes = resumes };
            DownloadResult result = await client.DownloadAsync(address, path, options, bar, stop);
            bar.End();
            Console.WriteLine($"{result.Length:N0} bytes in {result.Requests} requests, {result.ResumedFrom:N0} from an earlier run{(digest is null ? "" : ", digest right")}");
            return 0;
        }
        catch (DownloadException error)
        {
            bar.End();
            Console.WriteLine(error.Message);
        }
        catch (HttpRequestException error)
        {
            bar.End();
            Console.WriteLine(error.Message);
        }
        catch (OperationCanceledException)
        {
            bar.End();
            Console.WriteLine("Stopped; the next run goes on from here.");
        }

        return 1;
    }
}
