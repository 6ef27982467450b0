namespace PollHttp.GameLoop;

/// <summary>
/// Downloads one file after the other, as a plain asynchronous method. Each <c>await</c> goes on inside the frame that polls
/// the loop, on the game's own thread: no lock is needed to show <see cref="Bytes"/>.
/// </summary>
internal sealed class Downloader(PollHttpClient client, Uri url, int chunk)
{
    private readonly byte[] _buffer = new byte[chunk];

    /// <summary>What is shown beside its bar.</summary>
    public string Name { get; } = url.AbsolutePath.TrimStart('/');

    /// <summary>Of the file under way.</summary>
    public long Bytes { get; private set; }

    /// <summary>Of the file under way; 0 before its head is here.</summary>
    public long Length { get; private set; }

    public int FilesDone { get; private set; }

    /// <summary>Of all files.</summary>
    public long TotalBytes { get; private set; }

    public async Task RunAsync(CancellationToken token)
    {
        while (true)
        {
            using Response response = await client.GetAsync(url, token);
            response.EnsureSuccessStatusCode();
            Length = response.ContentLength ?? 0;
            Bytes = 0;
            await using Stream body = response.OpenBodyStream();
            for (int count; (count = await body.ReadAsync(_buffer, token)) > 0;)
            {
                Bytes += count;
                TotalBytes += count;
            }

            FilesDone++;
        }
    }
}
