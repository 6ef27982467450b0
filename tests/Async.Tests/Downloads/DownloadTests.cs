using System.Security.Cryptography;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests;

public sealed class DownloadTests : IDisposable
{
    private const string Address = "http://files.example/big?token=secret";

    private readonly DownloadFolder _folder = new();
    private readonly RangeServer _server;
    private readonly PollLoop _loop;
    private readonly PollHttpClient _client;

    public DownloadTests()
    {
        byte[] content = new byte[100_000];
        new Random(7).NextBytes(content);
        _server = new(content);
        _loop = new(_server.Network);
        _client = new(_loop);
    }

    private static ContentDigest DigestOf(byte[] content) => new(HashAlgorithmName.SHA256, SHA256.HashData(content));

    [Fact]
    public void A_file_arrives_whole_under_its_name_and_nothing_else_stays()
    {
        DownloadResult result = Download(new() { Digest = DigestOf(_server.Content) });

        Assert.Equal(_server.Content, File.ReadAllBytes(_folder.Target));
        Assert.Equal("file.bin", _folder.Names);
        Assert.Equal((100_000, 0, 1), (result.Length, result.ResumedFrom, result.Requests));
        Assert.Equal("identity", _server.Script.Requests[0].Header("Accept-Encoding"));
    }

    [Fact]
    public void A_connection_that_breaks_is_gone_on_from_in_the_same_call()
    {
        _server.Cuts.Enqueue(30_000);
        _server.Cuts.Enqueue(30_000);

        DownloadResult result = Download(new() { Digest = DigestOf(_server.Content) });

        Assert.Equal(3, result.Requests);
        Assert.Equal([null, "bytes=30000-", "bytes=60000-"], _server.Ranges);
        Assert.Equal(_server.Content, File.ReadAllBytes(_folder.Target));
    }

    [Theory]
    [MemberData(nameof(CutSeeds))]
    public void A_download_cut_at_a_random_point_and_called_again_has_the_right_digest(int seed)
    {
        int cut = new Random(seed).Next(1, _server.Content.Length);
        _server.Cuts.Enqueue(cut);
        DownloadException broken = Assert.Throws<DownloadException>(() => Download(new() { MaxResumes = 0 }));
        Assert.Equal(DownloadFailure.Interrupted, broken.Failure);
        Assert.Equal(cut, broken.BytesKept);
        Assert.Equal("file.bin.part file.bin.part.info", _folder.Names);

        DownloadResult result = Download(new() { Digest = DigestOf(_server.Content) });

        Assert.Equal((cut, 1), (result.ResumedFrom, result.Requests));
        Assert.Equal("file.bin", _folder.Names);
    }

    public static TheoryData<int> CutSeeds() => [.. Enumerable.Range(0, 20)];

    [Fact]
    public void A_content_that_changed_meanwhile_is_downloaded_from_the_beginning()
    {
        Interrupt(40_000);
        byte[] changed = [.. _server.Content.Reverse()];
        _server.Content = changed;
        _server.Validator = "ETag: \"v2\"\r\n";

        DownloadResult result = Download(new() { Digest = DigestOf(changed) });

        Assert.Equal((0, 1), (result.ResumedFrom, result.Requests));
        Assert.Equal(changed, File.ReadAllBytes(_folder.Target));
    }

    [Fact]
    public void A_part_of_another_version_is_thrown_away_and_all_of_it_asked_for()
    {
        Interrupt(40_000);
        _server.Validator = "ETag: \"v2\"\r\n";
        _server.Instead.Enqueue(
            "HTTP/1.1 206 Partial Content\r\nContent-Length: 60000\r\nContent-Range: bytes 40000-99999/100000\r\nETag: \"v2\"\r\n\r\n" + new string('x', 60_000));

        DownloadResult result = Download(new() { Digest = DigestOf(_server.Content) });

        Assert.Equal(2, result.Requests);
        Assert.Equal(["bytes=40000-", null], _server.Ranges.TakeLast(2));
    }

    [Fact]
    public void A_part_that_begins_before_the_end_of_the_file_is_used_from_there_on()
    {
        foreach (int first in (int[])[0, 1, 39_999, 40_000])
        {
            Interrupt(40_000);
            _server.Instead.Enqueue(Part($"bytes {first}-99999/100000", _server.Content[first..]));

            DownloadResult result = Download(new() { Digest = DigestOf(_server.Content), MaxResumes = 0 });

            Assert.Equal((40_000, 1), (result.ResumedFrom, result.Requests));
            File.Delete(_folder.Target);
        }
    }

    [Theory]
    [InlineData("bytes 0-4/100000", 5)]
    [InlineData("bytes 0-39999/100000", 40_000)]
    [InlineData("bytes 40001-99999/100000", 59_999)]
    [InlineData("bytes 40000-99999/100000", 60)]
    [InlineData("bytes 40000-99999/100001", 60_000)]
    [InlineData("bytes 40000-99999", 60_000)]
    [InlineData("bytes=40000-99999/100000", 60_000)]
    [InlineData("bytes */100000", 5)]
    [InlineData("items 40000-99999/100000", 60_000)]
    [InlineData("nonsense", 60_000)]
    [InlineData("", 60_000)]
    [InlineData(null, 60_000)]
    public void A_part_that_can_not_be_used_starts_the_download_over(string? range, int length)
    {
        Interrupt(40_000);
        _server.Instead.Enqueue(Part(range, new byte[length]));

        DownloadResult result = Download(new() { Digest = DigestOf(_server.Content), MaxResumes = 0 });

        Assert.Equal((0, 2), (result.ResumedFrom, result.Requests));
        Assert.Equal(["bytes=40000-", null], _server.Ranges.TakeLast(2));
    }

    [Fact]
    public void A_server_that_has_only_useless_parts_is_given_up_and_not_for_ever()
    {
        for (int i = 0; i < 3; i++)
        {
            _server.Cuts.Clear();
            _server.Cuts.Enqueue(40_000);
            _server.Instead.Clear();
            Assert.Throws<DownloadException>(() => Download(new() { MaxResumes = 0, Resume = false }));
            _server.Instead.Enqueue(Part(null, new byte[5]));
            _server.Instead.Enqueue(Part("bytes 5-9/100000", new byte[5]));
            Assert.Equal((DownloadFailure.UnexpectedRange, 0), Failure(() => Download()));
            Assert.Equal("", _folder.Names);
        }

        Assert.Equal(0, Download(new() { Digest = DigestOf(_server.Content) }).ResumedFrom);

        static (DownloadFailure, long) Failure(Action action)
        {
            DownloadException error = Assert.Throws<DownloadException>(action);
            return (error.Failure, error.BytesKept);
        }
    }

    [Fact]
    public void A_part_that_only_tells_that_all_is_there_ends_it()
    {
        _server.Instead.Enqueue(new((byte[])[.. "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n"u8, .. _server.Content, .. "\r\n"u8]) { Then = AfterReply.End });
        Assert.Throws<DownloadException>(() => Download(new() { MaxResumes = 0 }));
        _server.Instead.Enqueue(Part("bytes 99999-99999/100000", _server.Content[99_999..]));
        Assert.Equal((100_000, 1), Counts(Download(new() { Digest = DigestOf(_server.Content) })));

        static (long, int) Counts(DownloadResult result) => (result.ResumedFrom, result.Requests);
    }

    [Fact]
    public void The_whole_sent_as_a_part_without_being_asked_is_taken()
    {
        _server.Instead.Enqueue(Part("bytes 0-99999/100000", _server.Content));
        Assert.Equal(100_000, Download(new() { Digest = DigestOf(_server.Content) }).Length);
    }

    [Theory]
    [InlineData(202)]
    [InlineData(204)]
    [InlineData(205)]
    public void A_success_without_the_content_leaves_the_file_that_was_there(int status)
    {
        File.WriteAllText(_folder.Target, "old");
        _server.Instead.Enqueue($"HTTP/1.1 {status} X\r\n{(status == 204 ? "" : "Content-Length: 0\r\n")}\r\n");
        DownloadException error = Assert.Throws<DownloadException>(() => Download());
        Assert.Equal((DownloadFailure.NoContent, 0), (error.Failure, error.BytesKept));
        Assert.Contains($"{status}", error.Message, StringComparison.Ordinal);
        Assert.Equal(("file.bin", "old"), (_folder.Names, File.ReadAllText(_folder.Target)));

        Interrupt(40_000);
        _server.Instead.Enqueue($"HTTP/1.1 {status} X\r\n{(status == 204 ? "" : "Content-Length: 0\r\n")}\r\n");
        Assert.Equal(40_000, Assert.Throws<DownloadException>(() => Download()).BytesKept);
        Assert.Equal(40_000, Download(new() { Digest = DigestOf(_server.Content) }).ResumedFrom);
    }

    [Fact]
    public void A_folder_under_the_name_and_a_path_without_one_are_found_before_anything_is_sent()
    {
        Directory.CreateDirectory(_folder.Target);
        Assert.Equal(DownloadFailure.File, Assert.Throws<DownloadException>(() => Download()).Failure);
        Assert.Equal("file.bin", _folder.Names);
        Assert.Throws<ArgumentException>(() => Await(_client.DownloadAsync(Address, _folder.Path + "/")));
        Assert.Throws<ArgumentException>(() => Await(_client.DownloadAsync(Address, "a\0b")));
        Assert.Empty(_server.Script.Requests);
    }

    [Fact]
    public void A_part_that_nobody_asked_for_is_refused()
    {
        _server.Instead.Enqueue("HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\nContent-Range: bytes 0-4/100000\r\n\r\nhello");

        Assert.Equal(DownloadFailure.UnexpectedRange, Assert.Throws<DownloadException>(() => Download()).Failure);
        Assert.Equal("", _folder.Names);
    }

    [Fact]
    public void Parts_shorter_than_asked_for_are_put_together()
    {
        Interrupt(40_000);
        for (int i = 0; i < 20; i++)
        {
            int first = 40_000 + (i * 2_000);
            byte[] head = System.Text.Encoding.Latin1.GetBytes(
                $"HTTP/1.1 206 Partial Content\r\nContent-Length: 2000\r\nContent-Range: bytes {first}-{first + 1_999}/100000\r\nETag: \"v1\"\r\n\r\n");
            _server.Instead.Enqueue(new((byte[])[.. head, .. _server.Content.AsSpan(first, 2_000)]));
        }

        Assert.Equal(21, Download(new() { Digest = DigestOf(_server.Content) }).Requests);
    }

    [Fact]
    public void A_file_that_was_whole_but_not_renamed_needs_no_content()
    {
        Interrupt(40_000);
        File.WriteAllBytes(_folder.Part, _server.Content);

        DownloadResult result = Download(new() { Digest = DigestOf(_server.Content) });

        Assert.Equal((100_000, 0), (result.ResumedFrom, result.Requests));
        Assert.Single(_server.Script.Requests); // the first: the file does not depend on the server any more
        Assert.Equal(_server.Content, File.ReadAllBytes(_folder.Target));
    }

    [Fact]
    public void Without_a_strong_validator_nothing_is_kept_or_resumed()
    {
        _server.Validator = "ETag: W/\"v1\"\r\n";
        _server.Cuts.Enqueue(30_000);

        DownloadException error = Assert.Throws<DownloadException>(() => Download());

        Assert.Equal((DownloadFailure.Interrupted, 0), (error.Failure, error.BytesKept));
        Assert.Equal("", _folder.Names);
        Assert.Single(_server.Script.Requests);
    }

    [Theory]
    [InlineData("Tue, 24 Nov 2026 08:00:00 GMT", true)]
    [InlineData("Tue, 24 Nov 2026 08:59:59 GMT", true)]
    [InlineData("Tue, 24 Nov 2026 09:00:00 GMT", false)]
    public void A_modification_time_resumes_only_when_it_is_strong(string modified, bool resumes)
    {
        _server.Validator = $"Date: Tue, 24 Nov 2026 09:00:00 GMT\r\nLast-Modified: {modified}\r\n";
        _server.Cuts.Enqueue(30_000);

        if (resumes)
        {
            Assert.Equal(2, Download(new() { Digest = DigestOf(_server.Content) }).Requests);
            Assert.Equal(modified, _server.Script.Requests[1].Header("If-Range"));
        }
        else
        {
            Assert.Throws<DownloadException>(() => Download());
        }
    }

    [Fact]
    public void Another_address_does_not_go_on_with_this_ones_bytes()
    {
        Interrupt(40_000);

        DownloadResult result = Download(new() { Digest = DigestOf(_server.Content) }, address: "http://files.example/other");

        Assert.Equal(0, result.ResumedFrom);
        Assert.Null(_server.Ranges.Last());
    }

    [Fact]
    public void A_failing_status_leaves_an_earlier_part_alone()
    {
        Interrupt(40_000);
        _server.Instead.Enqueue("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");

        HttpRequestException error = Assert.Throws<HttpRequestException>(() => Download());

        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, error.StatusCode);
        Assert.Equal(40_000, new FileInfo(_folder.Part).Length);
    }

    [Fact]
    public void The_address_is_not_written_to_the_disk_nor_into_messages()
    {
        _server.Cuts.Enqueue(40_000);
        DownloadException error = Assert.Throws<DownloadException>(() => Download(new() { MaxResumes = 0 }));

        Assert.DoesNotContain("secret", File.ReadAllText(_folder.Part + ".info"), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_digest_leaves_no_file()
    {
        DownloadException error = Assert.Throws<DownloadException>(() => Download(new() { Digest = DigestOf([1, 2, 3]) }));

        Assert.Equal(DownloadFailure.WrongDigest, error.Failure);
        Assert.Equal("", _folder.Names);
    }

    [Fact]
    public void A_server_that_keeps_breaking_off_is_given_up_with_what_came()
    {
        for (int i = 0; i < 10; i++)
        {
            _server.Cuts.Enqueue(1_000);
        }

        DownloadException error = Assert.Throws<DownloadException>(() => Download());

        Assert.Equal((DownloadFailure.Interrupted, 6_000), (error.Failure, error.BytesKept));
        Assert.Contains("after 6000 of 100000 bytes, with 6 requests", error.Message, StringComparison.Ordinal);
        Assert.IsType<PollHttpIOException>(error.InnerException);
    }

    [Fact]
    public void A_disk_too_small_is_found_before_the_content_is_received()
    {
        DownloadException error = Assert.Throws<DownloadException>(() => Download(new() { FreeSpace = _ => 99_999 }));

        Assert.Equal(DownloadFailure.NoSpace, error.Failure);
        Assert.Contains("needs 100000 more bytes; 99999 are free", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_a_failure_of_the_file_before_anything_is_sent()
    {
        DownloadException error = Assert.Throws<DownloadException>(
            () => Await(_client.DownloadAsync(Address, Path.Combine(_folder.Path, "none", "file"))));

        Assert.Equal(DownloadFailure.File, error.Failure);
        Assert.IsType<DirectoryNotFoundException>(error.InnerException);
        Assert.Empty(_server.Script.Requests);
    }

    [Fact]
    public void A_content_over_the_limit_is_refused_by_its_announced_length()
    {
        Assert.Equal(DownloadFailure.WrongLength, Assert.Throws<DownloadException>(() => Download(new() { MaxBytes = 99_999 })).Failure);
        Assert.Equal("", _folder.Names);
    }

    [Fact]
    public void An_existing_file_is_kept_when_it_is_not_to_be_replaced()
    {
        File.WriteAllText(_folder.Target, "mine");

        Assert.Equal(DownloadFailure.File, Assert.Throws<DownloadException>(() => Download(new() { Overwrite = false })).Failure);
        Assert.Equal("mine", File.ReadAllText(_folder.Target));
        Assert.Empty(_server.Script.Requests);
    }

    [Fact]
    public void Two_downloads_to_one_file_do_not_write_over_each_other()
    {
        Task<DownloadResult> first = _client.DownloadAsync(Address, _folder.Target);
        DownloadException error = Assert.Throws<DownloadException>(() => Await(_client.DownloadAsync(Address, _folder.Target)));

        Assert.Equal(DownloadFailure.File, error.Failure);
        Assert.Equal(100_000, Await(first).Length);
        Assert.Equal(_server.Content, File.ReadAllBytes(_folder.Target));
    }

    [Fact]
    public void Canceling_keeps_what_came()
    {
        using CancellationTokenSource cancel = new();
        Task<DownloadResult> download = _client.DownloadAsync(
            Address, _folder.Target, new() { ProgressInterval = TimeSpan.Zero }, new Reports(p => { if (p.Bytes > 0) { cancel.Cancel(); } }), cancel.Token);

        Assert.ThrowsAny<OperationCanceledException>(() => Await(download));
        Assert.Equal("file.bin.part file.bin.part.info", _folder.Names);
        EndToEnd.Play.DriveUntil(_loop, _server.Network, () => EndToEnd.GoodEnd.IsQuiet(_client.Pool));
        Assert.True(Download(new() { Digest = DigestOf(_server.Content) }).ResumedFrom > 0);
    }

    [Fact]
    public void Progress_has_bytes_total_rate_and_time_left_and_comes_no_oftener_than_asked()
    {
        List<DownloadProgress> reports = [];
        _server.Instead.Enqueue(new(
            (byte[])[.. "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"u8, .. _server.Content])
        {
            DribbleSize = 1_000,
            DribbleDelay = TimeSpan.FromMilliseconds(10),
        });

        Await(_client.DownloadAsync(Address, _folder.Target, progress: new Reports(reports.Add)));

        Assert.InRange(reports.Count, 10, 13); // a second in steps of 100 ms, the beginning and the end
        DownloadProgress middle = reports[reports.Count / 2];
        Assert.InRange(middle.BytesPerSecond, 90_000, 120_000);
        Assert.InRange(middle.Remaining!.Value.TotalSeconds, 0.3, 0.7);
        Assert.Equal(100_000, middle.TotalBytes);
        Assert.Equal((100_000, 1.0), (reports[^1].Bytes, reports[^1].Fraction));
        Assert.True(reports.Zip(reports.Skip(1)).All(p => p.First.Bytes <= p.Second.Bytes));
    }

    public void Dispose()
    {
        _client.Dispose();
        _loop.Dispose();
        Assert.Equal(0, _server.Network.OpenTransports);
        _folder.Dispose();
    }

    private DownloadResult Download(DownloadOptions? options = null, string address = Address) =>
        Await(_client.DownloadAsync(address, _folder.Target, options));

    private static ServerReply Part(string? range, byte[] content) => new((byte[])
    [
        .. System.Text.Encoding.Latin1.GetBytes(
            $"HTTP/1.1 206 Partial Content\r\nContent-Length: {content.Length}\r\nETag: \"v1\"\r\n{(range is null ? "" : $"Content-Range: {range}\r\n")}\r\n"),
        .. content,
    ]);

    private void Interrupt(int cut)
    {
        _server.Cuts.Enqueue(cut);
        Assert.Throws<DownloadException>(() => Download(new() { MaxResumes = 0 }));
    }

    private T Await<T>(Task<T> task)
    {
        while (!task.IsCompleted)
        {
            if (!_loop.Poll() && !_server.Network.Step())
            {
                Assert.Fail("Nothing is under way, and the download has not ended.");
            }
        }

        return task.GetAwaiter().GetResult();
    }

    private sealed class Reports(Action<DownloadProgress> report) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => report(value);
    }
}
