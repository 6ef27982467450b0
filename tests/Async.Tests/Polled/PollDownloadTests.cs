using System.IO.Compression;
using System.Net;
using System.Text;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Polled;

public sealed class PollDownloadTests : IDisposable
{
    private static readonly byte[] s_content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)((i * 7) + (i / 999)))];

    private readonly SimulatedNetwork _network = new();
    private readonly MemoryStream _got = new();
    private readonly PollDownloadOptions _options = new();
    private PollDownload? _download;

    [Fact]
    public void A_body_arrives_whole_and_its_progress_can_be_read_meanwhile()
    {
        Serve(_ => Body(s_content, "", dribble: 10_000));
        Start("http://files.test/a");
        List<long> progress = [];
        while (!_download!.IsOver)
        {
            _download.Poll();
            progress.Add(_download.DownloadedBytes);
            _network.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(PollDownloadResult.Success, _download.Result);
        Assert.Equal(s_content, _got.ToArray());
        Assert.Equal((300_000, 300_000, 300_000, 200), (_download.DownloadedBytes, _download.WrittenBytes, _download.TotalBytes, _download.ResponseCode));
        Assert.True(progress.Distinct().Count() > 20);
        Assert.Null(_download.Error);
    }

    [Theory]
    [InlineData("gzip", 1)]
    [InlineData("gzip", 977)]
    [InlineData("x-gzip", 100_000)]
    [InlineData("deflate", 1)]
    [InlineData("deflate", 977)]
    [InlineData("raw", 1)]
    [InlineData("raw", 977)]
    [InlineData("identity", 977)]
    [Trait("rule", "R-205")]
    public void An_encoded_body_is_decoded_as_it_comes(string coding, int segment)
    {
        byte[] content = segment == 1 ? s_content[..3_000] : s_content;
        byte[] encoded = Encode(coding, content);
        _network.Link = new() { SegmentSize = segment };
        Serve(r =>
        {
            Assert.Equal("gzip, deflate", r.Header("Accept-Encoding"));
            return Body(encoded, $"Content-Encoding: {(coding == "raw" ? "deflate" : coding)}\r\n");
        });

        Run("http://files.test/");

        Assert.Equal(PollDownloadResult.Success, _download!.Result);
        Assert.Equal(content, _got.ToArray());
        Assert.Equal((encoded.Length, content.Length), (_download.DownloadedBytes, _download.WrittenBytes));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("raw")]
    [Trait("rule", "R-208")]
    public void An_encoded_body_that_was_cut_before_it_was_framed_is_never_taken_for_whole(string coding)
    {
        byte[] encoded = Encode(coding, s_content[..200]);
        for (int cut = 1; cut < encoded.Length; cut++)
        {
            byte[] part = encoded[..cut];
            Serve(_ => Body(part, $"Content-Encoding: {(coding == "raw" ? "deflate" : coding)}\r\n"));
            Run("http://files.test/");
            Assert.True(_download!.Result == PollDownloadResult.BodyDecompressionFailed, $"cut at {cut} of {encoded.Length}: {_download.Result}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(977)]
    [Trait("rule", "R-201")]
    [Trait("rule", "R-204")]
    public void Every_coding_and_several_of_them_are_decoded_where_they_are_asked_for(int segment)
    {
        byte[] content = segment == 1 ? s_content[..3_000] : s_content;
        _network.Link = new() { SegmentSize = segment };
        _options.Codings = ContentCodings.All;
        foreach (string coding in Coded.Names)
        {
            byte[] encoded = Coded.Encode(coding, content);
            Serve(r =>
            {
                Assert.Equal("gzip, deflate, br, zstd", r.Header("Accept-Encoding"));
                return Body(encoded, $"Content-Encoding: {Coded.NameOf(coding)}\r\n");
            });
            Run("http://files.test/");
            Assert.Equal(content, _got.ToArray());
        }

        Serve(_ => Body(Coded.Encode("br", Coded.Encode("zstd", Coded.Encode("gzip", content))), "Content-Encoding: gzip, zstd\r\ncontent-encoding: br\r\n"));
        Run("http://files.test/");
        Assert.Equal(content, _got.ToArray());
    }

    [Theory]
    [InlineData("gzip", 512)]
    [InlineData("gzip", 1)]
    [InlineData("deflate", 7)]
    [InlineData("br", 7)]
    [Trait("rule", "R-207")]
    public void Zero_bytes_after_the_end_are_ignored_and_others_are_not(string coding, int zeros)
    {
        _options.Codings = ContentCodings.All;
        byte[] encoded = [.. Coded.Encode(coding, s_content), .. new byte[zeros]];
        Serve(_ => Body(encoded, $"Content-Encoding: {coding}\r\n"));
        Run("http://files.test/");
        Assert.Equal(PollDownloadResult.Success, _download!.Result);
        Assert.Equal(s_content, _got.ToArray());

        Serve(_ => Body([.. encoded, (byte)'x'], $"Content-Encoding: {coding}\r\n"));
        Run("http://files.test/");
        Assert.Equal(PollDownloadResult.BodyDecompressionFailed, _download!.Result);
        Assert.Contains("other bytes follow its end", _download.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UTF-8")]
    [InlineData("none")]
    [InlineData("binary")]
    [InlineData("8bit")]
    [InlineData("gzip;q=1.0")]
    [InlineData("gzip, UTF-8")]
    [InlineData("UTF-8, br")]
    [InlineData("identity")]
    [InlineData("")]
    [InlineData(", ,")]
    [InlineData("aws-chunked")]
    [Trait("rule", "R-203")]
    public void A_value_that_names_no_known_coding_leaves_the_bytes_as_they_are(string value)
    {
        Serve(_ => Body("hi"u8, $"Content-Encoding: {value}\r\n"));
        Run("http://files.test/");
        Assert.Equal((PollDownloadResult.Success, "hi"), (_download!.Result, Encoding.Latin1.GetString(_got.ToArray())));
    }

    [Theory]
    [InlineData("br")]
    [InlineData("zstd")]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("gzip, gzip, gzip, gzip, gzip, gzip")]
    [Trait("rule", "R-212")]
    public void A_response_without_content_is_in_no_coding(string value)
    {
        _options.AcceptAnyStatus = true;
        foreach (string head in (string[])["200 OK\r\nContent-Length: 0", "200 OK\r\nTransfer-Encoding: chunked", "204 No Content", "304 Not Modified"])
        {
            string end = head.Contains("chunked", StringComparison.Ordinal) ? "0\r\n\r\n" : "";
            Serve(_ => new(Encoding.Latin1.GetBytes($"HTTP/1.1 {head}\r\nContent-Encoding: {value}\r\n\r\n{end}")));
            Run("http://files.test/");
            Assert.Equal((PollDownloadResult.Success, 0L), (_download!.Result, _got.Length));
        }
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip, zstd")]
    [InlineData("gzip, gzip, gzip, gzip, gzip, gzip")]
    [Trait("rule", "R-204")]
    public void Content_in_a_coding_that_was_not_asked_for_is_not_written(string value)
    {
        Serve(_ => Body("hi"u8, $"Content-Encoding: {value}\r\n"));
        Run("http://files.test/");
        Assert.Equal((PollDownloadResult.BodyDecompressionFailed, 0L), (_download!.Result, _got.Length));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    [Trait("rule", "R-206")]
    public void Members_and_frames_follow_each_other(string coding)
    {
        _options.Codings = ContentCodings.All;
        byte[] encoded = [.. Coded.Encode(coding, s_content[..1_000]), .. Coded.Encode(coding, s_content[1_000..])];
        Serve(_ => Body(encoded, $"Content-Encoding: {coding}\r\n"));
        Run("http://files.test/");
        Assert.Equal(s_content, _got.ToArray());
    }

    [Fact]
    [Trait("rule", "R-214")]
    public void A_part_is_neither_asked_for_in_a_coding_nor_decoded()
    {
        byte[] encoded = Coded.Encode("gzip", s_content);
        Serve(r =>
        {
            Assert.Null(r.Header("Accept-Encoding"));
            return Body(encoded, "Content-Encoding: gzip\r\n");
        });
        _options.Headers.Add(new("range", "bytes=0-"));
        Run("http://files.test/");
        Assert.Equal(encoded, _got.ToArray());
    }

    [Theory]
    [InlineData("br")]
    [InlineData("zstd")]
    [Trait("rule", "R-210")]
    public void A_bomb_is_stopped_by_its_ratio(string coding)
    {
        _options.Codings = ContentCodings.All;
        Serve(_ => Body(Coded.Encode(coding, new byte[40 * 1024 * 1024], CompressionLevel.Fastest), $"Content-Encoding: {coding}\r\n"));
        Run("http://files.test/");
        Assert.Equal(PollDownloadResult.BodyDecompressionFailed, _download!.Result);
        Assert.InRange(_download.WrittenBytes, 1, 17 * 1024 * 1024);
    }

    [Fact]
    [Trait("rule", "R-212")]
    public void An_empty_body_needs_no_decoding()
    {
        Serve(_ => Body([], "Content-Encoding: gzip\r\n"));
        Run("http://files.test/");
        Assert.Equal(PollDownloadResult.Success, _download!.Result);
    }

    [Fact]
    public void With_an_Accept_Encoding_of_the_callers_the_body_stays_as_it_is()
    {
        byte[] encoded = Encode("gzip", s_content);
        Serve(r =>
        {
            Assert.Equal("br, gzip", r.Header("Accept-Encoding"));
            return Body(encoded, "Content-Encoding: gzip\r\n");
        });
        _options.Headers.Add(new("accept-encoding", "br, gzip"));
        Run("http://files.test/");
        Assert.Equal(encoded, _got.ToArray());
    }

    [Fact]
    public void Redirects_are_followed_up_to_the_limit()
    {
        int hops = 8;
        Serve(r => r.Target == $"/{hops}" ? Body("there"u8, "") : Location($"/{int.Parse(r.Target.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture) + 1}"));
        Run("http://files.test/0#top");
        Assert.Equal((PollDownloadResult.Success, 8, "http://files.test/8#top"), (_download!.Result, _download.Redirects, _download.Address!.ToString()));
        Assert.Equal("there"u8.ToArray(), _got.ToArray());

        hops = 9;
        Run("http://files.test/0");
        Assert.Equal(PollDownloadResult.RedirectLimitReached, _download.Result);
    }

    [Theory]
    [InlineData("http://elsewhere.test/x", null)]
    [InlineData("http://files.test:81/x", null)]
    [InlineData("//files.test/x", "Basic c2VjcmV0")]
    [Trait("rule", "R-165")]
    public void Credentials_do_not_follow_to_another_origin_and_do_not_come_back(string location, string? expected)
    {
        ScriptedHttpServer server = new(r => r.Target switch
        {
            "/start" => Location(location),
            "/x" => Location("http://files.test/home"),
            _ => Body("home"u8, ""),
        });
        _network.Listen("files.test", 80, server);
        _network.Listen("files.test", 81, server);
        _network.Listen("elsewhere.test", 80, server);
        _options.Headers.Add(new("Authorization", "Basic c2VjcmV0"));
        _options.Headers.Add(new("X-Own", "stays"));
        Run("http://files.test/start");

        Assert.Equal(PollDownloadResult.Success, _download!.Result);
        Assert.Equal(["Basic c2VjcmV0", expected, expected], server.Requests.Select(r => r.Header("Authorization")));
        Assert.All(server.Requests, r => Assert.Equal("stays", r.Header("X-Own")));
    }

    [Theory]
    [InlineData("http://files.test/")]
    [InlineData("ftp://files.test/")]
    [InlineData("https://:0:0:0/")]
    [Trait("rule", "R-168")]
    public void A_redirect_from_https_to_less_is_refused(string location)
    {
        ScriptedHttpServer server = new(_ => Location(location));
        _network.Listen("files.test", 443, server);
        Run("https://files.test/");
        Assert.Equal(PollDownloadResult.RedirectRefused, _download!.Result);
    }

    [Theory]
    [InlineData("", 1_000, 999)]
    [InlineData("gzip", 1_000_000, 999_999)]
    public void A_body_over_the_limit_is_given_up(string coding, int size, int limit)
    {
        byte[] content = new byte[size];
        byte[] encoded = coding.Length == 0 ? content : Encode(coding, content);
        Serve(_ => Body(encoded, coding.Length == 0 ? "" : "Content-Encoding: gzip\r\n"));
        _options.BodySizeLimit = limit;
        Run("http://files.test/");
        Assert.Equal(PollDownloadResult.BodySizeLimitExceeded, _download!.Result);
        Assert.True(_got.Length <= limit);

        _options.BodySizeLimit = limit + 1;
        Run("http://files.test/");
        Assert.Equal(PollDownloadResult.Success, _download.Result);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", PollDownloadResult.ChunkedBodySizeMismatch)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n", PollDownloadResult.ChunkedBodySizeMismatch)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", PollDownloadResult.ConnectionError)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-L", PollDownloadResult.NoResponse)]
    [InlineData("", PollDownloadResult.NoResponse)]
    [InlineData("rubbish\r\n\r\n", PollDownloadResult.ConnectionError)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", PollDownloadResult.BodyDecompressionFailed)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 3\r\n\r\nabc", PollDownloadResult.BodyDecompressionFailed)]
    public void Each_way_to_fail_has_its_result_and_the_host_in_words(string response, PollDownloadResult expected)
    {
        Serve(_ => new ServerReply(response) { Then = AfterReply.End });
        Run("http://files.test/");
        Assert.Equal(expected, _download!.Result);
        Assert.Contains("files.test", _download.Error, StringComparison.Ordinal);
        Assert.Equal(expected, _download.Poll());
    }

    [Fact]
    public void Failing_to_connect_has_its_results_too()
    {
        Run("http://unknown.test/");
        Assert.Equal(PollDownloadResult.CantResolve, _download!.Result);
        Run("http://10.1.1.1:9/");
        Assert.Equal(PollDownloadResult.CantConnect, _download.Result);
        _network.Listen("files.test", 443, new ScriptedHttpServer(), new() { Tls = TlsBehaviour.HandshakeFailure });
        Run("https://files.test/");
        Assert.Equal(PollDownloadResult.TlsHandshakeError, _download.Result);
    }

    [Fact]
    public void The_time_for_the_whole_ends_it()
    {
        Serve(_ => Body(s_content, "", dribble: 1_000));
        _options.Timeout = TimeSpan.FromMilliseconds(100);
        TimeSpan start = _network.Clock.Elapsed;
        Run("http://files.test/");
        Assert.Equal(PollDownloadResult.Timeout, _download!.Result);
        Assert.InRange((_network.Clock.Elapsed - start).TotalMilliseconds, 100, 102);
    }

    [Fact]
    public void Canceling_at_any_point_leaves_nothing()
    {
        Serve(_ => Body(s_content, "", dribble: 20_000));
        for (int at = 0; at < 20; at++)
        {
            Start("http://files.test/");
            for (int i = 0; i < at; i++)
            {
                _download!.Poll();
                _network.Advance(TimeSpan.FromMilliseconds(1));
            }

            _download!.Cancel();
            Assert.True(_download.Result == PollDownloadResult.Canceled || at > 15, $"{at}: {_download.Result}");
            int kept = _download.Result == PollDownloadResult.Success ? 1 : 0; // for the next download
            Assert.Equal((kept, 0), (_network.OpenTransports, _network.OpenLookups));
        }
    }

    [Fact]
    public void A_file_has_its_name_only_when_it_is_whole()
    {
        string folder = Directory.CreateTempSubdirectory("pollhttp").FullName;
        try
        {
            string path = Path.Combine(folder, "file");
            Serve(_ => Body(s_content, "", dribble: 50_000));
            _download = new(_network, _options);
            _download.StartToFile(new("http://files.test/"), path);
            while (_download.DownloadedBytes < 100_000)
            {
                _download.Poll();
                _network.Advance(TimeSpan.FromMilliseconds(1));
            }

            Assert.Equal(["file.part"], Directory.EnumerateFiles(folder).Select(Path.GetFileName));
            _download.Cancel();
            Assert.Empty(Directory.EnumerateFiles(folder));

            _download.StartToFile(new("http://files.test/"), path);
            Finish();
            Assert.Equal(PollDownloadResult.Success, _download.Result);
            Assert.Equal(["file"], Directory.EnumerateFiles(folder).Select(Path.GetFileName));
            Assert.Equal(s_content, File.ReadAllBytes(path));

            _download.StartToFile(new("http://files.test/"), Path.Combine(folder, "none", "file"));
            Finish();
            Assert.Equal(PollDownloadResult.FileCantOpen, _download.Result);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public void A_proxy_is_used_where_one_is_set(string scheme)
    {
        List<string> seen = [];
        _network.Listen("proxy.test", 3128, peer =>
        {
            string text = Encoding.Latin1.GetString(peer.Received);
            peer.Consume(text.Length);
            seen.Add(text.Split("\r\n")[0]);
            peer.Send(text.StartsWith("CONNECT", StringComparison.Ordinal) ? "HTTP/1.1 200 OK\r\n\r\n" : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        _options.HttpProxy = _options.HttpsProxy = new("http://proxy.test:3128");
        Run($"{scheme}://files.test/x");
        Assert.Equal(PollDownloadResult.Success, _download!.Result);
        Assert.Equal(scheme == "http" ? ["GET http://files.test/x HTTP/1.1"] : ["CONNECT files.test:443 HTTP/1.1", "GET /x HTTP/1.1"], seen);
    }

    [Theory]
    [InlineData(20, 256)]
    [InlineData(20, 65536)]
    [InlineData(60, 4096)]
    [InlineData(240, 4096)]
    public void The_link_is_full_at_any_frame_rate_and_chunk_size(int fps, int chunk)
    {
        byte[] content = new byte[4_000_000]; // at 20 MB/s: 200 ms
        Serve(_ => Body(content, "", dribble: 20_000));
        _options.ChunkSize = chunk;
        Start("http://files.test/");
        int frames = 0;
        while (!_download!.IsOver)
        {
            _network.Advance(TimeSpan.FromSeconds(1.0 / fps));
            _download.Poll(new PollBudget(TimeSpan.FromMilliseconds(2)));
            frames++;
        }

        Assert.Equal(PollDownloadResult.Success, _download.Result);
        Assert.InRange(frames, 1, (int)Math.Ceiling(0.2 * fps) + 2);
    }

    [Fact]
    public void A_budget_of_bytes_bounds_what_one_poll_takes()
    {
        Serve(_ => Body(s_content, ""));
        Start("http://files.test/");
        long before = 0;
        while (!_download!.IsOver)
        {
            _download.Poll(new PollBudget(1_000));
            Assert.InRange(_download.DownloadedBytes - before, 0, 1_000);
            before = _download.DownloadedBytes;
            _network.Advance(TimeSpan.FromTicks(1));
        }

        Assert.Equal(s_content, _got.ToArray());
    }

    [Fact]
    public void Wrong_calls_throw_and_send_nothing()
    {
        using PollDownload download = new(_network);
        Assert.Throws<ArgumentException>(() => download.Start(new("/relative", UriKind.Relative), _got));
        Assert.Throws<ArgumentException>(() => download.Start(new("ftp://files.test/"), _got));
        Assert.Equal(PollDownloadResult.NotStarted, download.Poll());
        download.Start(new("http://files.test/"), _got);
        Assert.Throws<InvalidOperationException>(() => download.Start(new("http://files.test/"), _got));
        download.Dispose();
        download.Dispose();
        Assert.Throws<ObjectDisposedException>(() => download.Poll());
        Assert.Equal(0, _network.TotalDials);
    }

    public void Dispose()
    {
        _download?.Dispose();
        Assert.Equal((0, 0), (_network.OpenTransports, _network.OpenLookups));
    }

    private static byte[] Encode(string coding, byte[] content)
    {
        MemoryStream bytes = new();
        using (Stream encoder = coding switch
        {
            "gzip" or "x-gzip" => new GZipStream(bytes, CompressionLevel.Optimal, leaveOpen: true),
            "deflate" => new ZLibStream(bytes, CompressionLevel.Optimal, leaveOpen: true),
            "raw" => new DeflateStream(bytes, CompressionLevel.Optimal, leaveOpen: true),
            _ => new BufferedStream(new UnclosedStream(bytes)),
        })
        {
            encoder.Write(content);
        }

        return bytes.ToArray();
    }

    private static ServerReply Location(string target) => $"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n";

    private static ServerReply Body(ReadOnlySpan<byte> content, string fields, int dribble = 0) =>
        new((byte[])[.. Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\n{fields}Content-Length: {content.Length}\r\n\r\n"), .. content])
        {
            DribbleSize = dribble,
            DribbleDelay = TimeSpan.FromMilliseconds(1),
        };

    private void Serve(Func<ServerRequest, ServerReply> answer)
    {
        _download?.Dispose(); // its kept connection leads to the server before
        _download = null;
        _network.Listen("files.test", 80, new ScriptedHttpServer(answer));
    }

    private void Start(string address)
    {
        _got.SetLength(0);
        _download ??= new(_network, _options);
        _download.Start(new(address), _got);
    }

    private void Run(string address)
    {
        _got.SetLength(0);
        Start(address);
        Finish();
    }

    private void Finish()
    {
        for (int i = 0; !_download!.IsOver; i++)
        {
            Assert.True(i < 1_000_000, "The download does not end.");
            _download.Poll();
            _network.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    private sealed class UnclosedStream(Stream inner) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);
    }
}
