using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Polled;

/// <summary>Files of polled and awaited downloads: one writer, one way to write.</summary>
public sealed class PollDownloadFileTests : IDisposable
{
    private const string Address = "http://files.test/";

    private readonly PollDownloadScene _scene = new();
    private readonly DownloadFolder _folder = new();

    [Fact]
    public void Two_polled_downloads_to_one_path_do_not_mix()
    {
        _scene.Serve(r => new($"HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n{new string(r.Target[1], 20_000)}")
        {
            DribbleSize = 1_000,
            DribbleDelay = TimeSpan.FromMilliseconds(1),
        });
        for (int head = 0; head < 30; head += 3)
        {
            using PollDownload first = new(_scene.Network);
            using PollDownload second = new(_scene.Network);
            first.StartToFile(new(Address + "a"), _folder.Target);
            Step(first, head);
            second.StartToFile(new(Address + "b"), _folder.Target);
            while (!first.IsOver || !second.IsOver)
            {
                Step(first, 1);
                second.Poll();
            }

            string text = File.ReadAllText(_folder.Target);
            Assert.Equal(20_000, text.Length);
            Assert.Single(text.Distinct());
            Assert.Equal("file.bin", _folder.Names);
            Assert.Contains(PollDownloadResult.Success, (PollDownloadResult[])[first.Result, second.Result]);
            Assert.All((PollDownloadResult[])[first.Result, second.Result], r => Assert.True(r is PollDownloadResult.Success or PollDownloadResult.FileCantOpen, $"{r}"));
        }
    }

    [Fact]
    public void A_polled_and_an_awaited_download_to_one_path_exclude_each_other()
    {
        RangeServer server = new(new byte[100_000]);
        using PollLoop loop = new(server.Network);
        using PollHttpClient client = new(loop);
        using (PollDownload polled = new(server.Network))
        {
            Task<DownloadResult> awaited = client.DownloadAsync("http://files.example/big", _folder.Target);
            polled.StartToFile(new("http://files.example/big"), _folder.Target);
            while (!polled.IsOver || !awaited.IsCompleted)
            {
                loop.Poll();
                polled.Poll();
                server.Network.Advance(TimeSpan.FromMilliseconds(1));
            }

            Assert.Equal((PollDownloadResult.FileCantOpen, TaskStatus.RanToCompletion), (polled.Result, awaited.Status));
        }

        File.Delete(_folder.Target);
        using PollDownload holder = new(server.Network);
        server.Instead.Enqueue(new("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc") { Then = AfterReply.KeepOpen });
        holder.StartToFile(new("http://files.example/big"), _folder.Target);
        while (holder.WrittenBytes == 0)
        {
            holder.Poll();
            server.Network.Advance(TimeSpan.FromMilliseconds(1));
        }

        Task<DownloadResult> late = client.DownloadAsync("http://files.example/big", _folder.Target);
        while (!late.IsCompleted)
        {
            loop.Poll();
            server.Network.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(DownloadFailure.File, Assert.IsType<DownloadException>(late.Exception!.InnerException).Failure);
        holder.Cancel();
        Assert.Equal("", _folder.Names);
    }

    [Fact]
    public void What_an_awaited_download_kept_is_never_spliced_with_the_bytes_of_a_polled_one()
    {
        byte[] content = new byte[100_000];
        new Random(1).NextBytes(content);
        RangeServer server = new(content);
        using PollLoop loop = new(server.Network);
        using PollHttpClient client = new(loop);
        server.Cuts.Enqueue(40_000);
        Assert.Throws<DownloadException>(() => Await(client.DownloadAsync("http://files.example/big", _folder.Target, new() { MaxResumes = 0 })));
        Assert.Equal("file.bin.part file.bin.part.info", _folder.Names);

        using (PollDownload polled = new(server.Network))
        {
            server.Instead.Enqueue("HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n" + new string('x', 30_000));
            polled.StartToFile(new("http://files.example/other"), _folder.Target);
            while (polled.WrittenBytes < 30_000)
            {
                polled.Poll();
                server.Network.Advance(TimeSpan.FromMilliseconds(1));
            }

            Assert.Equal("file.bin.part", _folder.Names);
        }

        File.WriteAllText(_folder.Part, new string('x', 30_000)); // as a process that is killed leaves it
        DownloadResult result = Await(client.DownloadAsync("http://files.example/big", _folder.Target));
        Assert.Equal(0, result.ResumedFrom);
        Assert.Equal(content, File.ReadAllBytes(_folder.Target));

        T Await<T>(Task<T> task)
        {
            while (!task.IsCompleted)
            {
                loop.Poll();
                server.Network.Advance(TimeSpan.FromMilliseconds(1));
            }

            return task.GetAwaiter().GetResult();
        }
    }

    [Fact]
    public void A_download_that_gets_no_content_leaves_what_another_kept()
    {
        File.WriteAllText(_folder.Part, "kept");
        File.WriteAllText(_folder.Part + ".info", "{}");
        _scene.Serve(_ => ServerReply.Text("no", 503));
        Assert.Equal(PollDownloadResult.UnexpectedStatus, _scene.RunToFile(_folder.Target));
        Assert.Equal("kept", File.ReadAllText(_folder.Part));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(204)]
    [InlineData(205)]
    [InlineData(202)]
    [InlineData(206)]
    [InlineData(304)]
    public void A_file_is_replaced_only_by_what_was_asked_for(int status)
    {
        File.WriteAllText(_folder.Target, "old");
        string reply = status is 204 or 304 ? $"HTTP/1.1 {status} X\r\n\r\n"
            : $"HTTP/1.1 {status} X\r\nContent-Range: bytes 1-2/10\r\nContent-Length: {(status == 205 ? 0 : 2)}\r\n\r\n{(status == 205 ? "" : "hi")}";
        _scene.Serve(_ => reply);
        Assert.Equal((PollDownloadResult.UnexpectedStatus, status), (_scene.RunToFile(_folder.Target), _scene.Download.ResponseCode));
        Assert.Equal("old", File.ReadAllText(_folder.Target));
        Assert.Equal("file.bin", _folder.Names);

        _scene.Options.AcceptAnyStatus = true;
        Assert.Equal(PollDownloadResult.Success, _scene.RunToFile(_folder.Target));
        Assert.NotEqual("old", File.ReadAllText(_folder.Target));
    }

    [Fact]
    public void A_part_is_a_file_where_it_was_asked_for_or_is_the_whole()
    {
        _scene.Serve(r => $"HTTP/1.1 206 Partial\r\nContent-Range: bytes {(r.Header("Range") is null ? "0-1/2" : "2-3/4")}\r\nContent-Length: 2\r\n\r\nhi");
        Assert.Equal(PollDownloadResult.Success, _scene.RunToFile(_folder.Target));
        _scene.Options.Headers.Add(new("Range", "bytes=2-"));
        Assert.Equal(PollDownloadResult.Success, _scene.RunToFile(_folder.Target));
    }

    [Fact]
    public void A_folder_under_the_name_is_found_before_anything_is_written()
    {
        Directory.CreateDirectory(_folder.Target);
        _scene.Serve(_ => ServerReply.Text("hi"));
        Assert.Equal(PollDownloadResult.FileCantOpen, _scene.RunToFile(_folder.Target));
        Assert.Equal("file.bin", _folder.Names);
    }

    [Fact]
    public void A_device_is_not_replaced_by_a_file()
    {
        File.CreateSymbolicLink(_folder.Target, "/dev/null");
        _scene.Serve(_ => ServerReply.Text("hi"));
        Assert.Equal(PollDownloadResult.FileCantOpen, _scene.RunToFile(_folder.Target));
        Assert.Equal("/dev/null", new FileInfo(_folder.Target).LinkTarget);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_folder_that_is_removed_meanwhile_is_a_result(bool cancels)
    {
        string folder = Path.Combine(_folder.Path, "sub");
        Directory.CreateDirectory(folder);
        _scene.Serve(_ => new("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n01234567890123456789") { DribbleSize = 45, DribbleDelay = TimeSpan.FromMilliseconds(5) });
        _scene.Download.StartToFile(new(Address), Path.Combine(folder, "file"));
        while (_scene.Download.WrittenBytes == 0)
        {
            _scene.Download.Poll();
            _scene.Network.Advance(TimeSpan.FromMilliseconds(1));
        }

        Directory.Delete(folder, recursive: true);
        if (cancels)
        {
            _scene.Download.Cancel();
        }

        Assert.Equal(cancels ? PollDownloadResult.Canceled : PollDownloadResult.FileWriteError, _scene.Finish());
        Assert.Equal(0, _scene.Network.OpenTransports);
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("")]
    [InlineData("folder/")]
    [InlineData("/")]
    public void A_path_that_names_no_file_is_refused_by_Start(string path)
    {
        Assert.ThrowsAny<ArgumentException>(() => _scene.Download.StartToFile(new(Address), path));
        Assert.Equal(PollDownloadResult.NotStarted, _scene.Download.Result);
        _scene.Serve(_ => ServerReply.Text("hi"));
        Assert.Equal(PollDownloadResult.Success, _scene.RunToFile(_folder.Target));
    }

    public void Dispose()
    {
        _scene.Dispose();
        _folder.Dispose();
    }

    private void Step(PollDownload download, int times)
    {
        for (int i = 0; i < times; i++)
        {
            download.Poll();
            _scene.Network.Advance(TimeSpan.FromMilliseconds(1));
        }
    }
}
