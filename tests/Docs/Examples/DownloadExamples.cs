using System.Security.Cryptography;
using System.Text;
using PollHttp.Testing;

namespace PollHttp.Docs.Tests.Examples;

/// <summary>The examples of docs/download-a-large-file.md.</summary>
public sealed class DownloadExamples : IDisposable
{
    private static readonly byte[] s_content = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 20_000)));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pollhttp-docs-");
    // Files are written on the thread pool, which wakes the loop from outside of the simulation.
    private readonly SimulatedNetwork _network = new() { ThrowOnDeadlock = false };
    private readonly Uri _uri = new("http://files.example/big");
    private bool _breaks;

    public DownloadExamples() => _network.Listen("files.example", 80, new ScriptedHttpServer(Answer));

    private string Target => Path.Combine(_folder.FullName, "big");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Download() => Run(async client =>
    {
        Uri uri = _uri;
        string path = Target;
        string expected = Convert.ToHexString(SHA256.HashData(s_content));

        // example: download
        DownloadOptions options = new() { Digest = ContentDigest.Sha256(expected) };
        var progress = new Progress<DownloadProgress>(p => Console.WriteLine($"{p.Fraction:P0}, {p.BytesPerSecond / 1e6:F1} MB/s, {p.Remaining} left"));
        DownloadResult result = await client.DownloadAsync(uri, path, options, progress);
        Console.WriteLine($"{result.Length} bytes, {result.ResumedFrom} of them from an earlier call");
        // end

        Assert.Equal(s_content, await File.ReadAllBytesAsync(path));
    });

    [Fact]
    public void A_download_that_breaks() => Run(async client =>
    {
        Uri uri = _uri;
        string path = Target;
        DownloadOptions options = new() { MaxResumes = 0 };
        _breaks = true;

        // example: download-failure
        try
        {
            await client.DownloadAsync(uri, path, options);
        }
        catch (DownloadException error) when (error.Failure == DownloadFailure.Interrupted)
        {
            Console.WriteLine($"Stopped: {error.Message} {error.BytesKept} bytes are kept for the next call.");
        }
        // end

        Assert.False(File.Exists(path));
        Assert.Equal(100, new FileInfo(path + ".part").Length);
    });

    [Fact]
    public void Slices() => Run(async client =>
    {
        Uri uri = _uri;

        // example: slices
        using Response response = await client.GetAsync(uri);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (ReadOnlyMemory<byte> slice in response.Body)
        {
            hash.AppendData(slice.Span);
        }
        // end

        Assert.Equal(SHA256.HashData(s_content), hash.GetHashAndReset());
    });

    private ServerReply Answer(ServerRequest request)
    {
        string head = $"HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: {s_content.Length}\r\n\r\n";
        byte[] whole = [.. Encoding.ASCII.GetBytes(head), .. s_content];
        return _breaks
            ? new ServerReply(whole.AsMemory(0, head.Length + 100)) { Then = AfterReply.End }
            : new ServerReply(whole);
    }

    private void Run(Func<PollHttpClient, Task> example) => PollLoop.Run(
        async loop =>
        {
            await using PollHttpClient client = new(loop);
            await example(client);
        },
        _network);
}
