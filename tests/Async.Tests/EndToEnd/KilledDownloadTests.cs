using System.Security.Cryptography;
using PollHttp.Sockets;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>One file, whose download is broken off at twenty points one after the other, and each time gone on with.</summary>
public sealed class KilledDownloadTests
{
    private const int Cuts = 20;

    [Theory]
    [MemberData(nameof(Setting.All), MemberType = typeof(Setting))]
    public void A_server_that_breaks_off_twenty_times_has_sent_the_whole_file_in_the_end(string setting)
    {
        using DownloadFolder folder = new();
        RangeServer server = NewServer(60_000, seed: 3);
        foreach (int length in PieceLengths(server.Content.Length, seed: 4))
        {
            server.Cuts.Enqueue(length);
        }

        DownloadOptions options = new() { MaxResumes = 0, Digest = DigestOf(server) };
        Play.Run(setting, server.Script, async scene =>
        {
            long kept = 0;
            for (int i = 0; i < Cuts; i++)
            {
                DownloadException broken = await Assert.ThrowsAsync<DownloadException>(
                    () => scene.Client.DownloadAsync(scene.To("/file"), folder.Target, options));
                Assert.Equal(DownloadFailure.Interrupted, broken.Failure);
                Assert.InRange(broken.BytesKept, kept, server.Content.Length - 1);
                Assert.False(File.Exists(folder.Target));
                kept = broken.BytesKept;
            }

            DownloadResult result = await scene.Client.DownloadAsync(scene.To("/file"), folder.Target, options);

            Assert.Equal((server.Content.Length, kept, 1), (result.Length, result.ResumedFrom, result.Requests));
        });

        Assert.Equal(server.Content, File.ReadAllBytes(folder.Target));
        Assert.Equal("file.bin", folder.Names);
        Assert.Equal(Cuts, server.Ranges.Count(range => range is not null));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_program_that_ends_twenty_times_in_the_middle_has_the_whole_file_in_the_end(bool isSimulated)
    {
        using DownloadFolder folder = new();

        // Over sockets the server is not slow, but there is more than a client takes before it has written it.
        RangeServer server = NewServer(isSimulated ? 300_000 : 8_000_000, seed: 5);
        server.IsPaced = isSimulated;
        using LoopbackServer? sockets = isSimulated ? null : new(server.Script, isTls: false);
        Uri address = new(isSimulated ? "http://files.example/file" : $"http://localhost:{sockets!.Port}/file");
        long target = 0;
        foreach (int length in PieceLengths(server.Content.Length, seed: 6))
        {
            target += length;
            long sofar = 0;
            Task<DownloadResult> left = Drive(new Reports(p => sofar = p.Bytes), () => sofar >= target);

            await Assert.ThrowsAnyAsync<Exception>(() => left); // it has let go of the file then
            Assert.InRange(new FileInfo(folder.Part).Length, target, server.Content.Length - 1);
        }

        DownloadResult result = await Drive(null, () => false);

        Assert.InRange(result.ResumedFrom, target, server.Content.Length - 1);
        Assert.Equal(server.Content, File.ReadAllBytes(folder.Target));
        Assert.Equal("file.bin", folder.Names);
        Assert.Equal(0, server.Network.OpenTransports);

        // What a program does that ends in a hurry: the loop and everything on it is gone at once.
        Task<DownloadResult> Drive(IProgress<DownloadProgress>? progress, Func<bool> ends)
        {
            using PollLoop loop = new(isSimulated ? server.Network : SocketNetwork.Default);
            PollHttpClient client = new(loop);
            Task<DownloadResult> download = client.DownloadAsync(
                address, folder.Target, new() { ProgressInterval = TimeSpan.Zero, Digest = DigestOf(server) }, progress);
            Play.DriveUntil(loop, isSimulated ? server.Network : null, () => download.IsCompleted || ends());
            return download;
        }
    }

    private static RangeServer NewServer(int length, int seed)
    {
        byte[] content = new byte[length];
        new Random(seed).NextBytes(content);
        return new(content);
    }

    private static ContentDigest DigestOf(RangeServer server) => new(HashAlgorithmName.SHA256, SHA256.HashData(server.Content));

    /// <summary>From one cut to the next, so that the last is before the end.</summary>
    private static IEnumerable<int> PieceLengths(int total, int seed)
    {
        Random random = new(seed);
        return Enumerable.Range(0, Cuts).Select(_ => random.Next(1, total / (Cuts + 1)));
    }

    private sealed class Reports(Action<DownloadProgress> report) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => report(value);
    }
}
