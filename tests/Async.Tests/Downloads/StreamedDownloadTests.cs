using System.Security.Cryptography;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests;

public sealed class StreamedDownloadTests : IDisposable
{
    private const string Address = "http://files.example/big?token=secret";

    private readonly RangeServer _server;
    private readonly PollLoop _loop;
    private readonly PollHttpClient _client;
    private readonly MemoryStream _destination = new();

    public StreamedDownloadTests()
    {
        byte[] content = new byte[100_000];
        new Random(7).NextBytes(content);
        _server = new(content);
        _loop = new(_server.Network);
        _client = new(_loop);
    }

    public void Dispose()
    {
        _client.Dispose();
        _loop.Dispose();
        Assert.Equal(0, _server.Network.OpenTransports);
    }

    [Fact]
    public void A_content_goes_into_a_stream_from_where_that_stands()
    {
        _destination.Write("before"u8);
        List<DownloadProgress> told = [];
        DownloadResult result = Await(_client.DownloadAsync(Address, _destination, new() { Digest = DigestOf(_server.Content) }, new Telling(told)));

        Assert.Equal([.. "before"u8, .. _server.Content], _destination.ToArray());
        Assert.Equal((null, 100_000, 0, 1), (result.Path, result.Length, result.ResumedFrom, result.Requests));
        Assert.Equal((100_000, 1.0), (told[^1].Bytes, told[^1].Fraction));
        Assert.True(_destination.CanWrite);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_connection_that_breaks_is_gone_on_from_and_each_byte_comes_once(bool canSeek)
    {
        _server.Cuts.Enqueue(30_000);
        _server.Cuts.Enqueue(30_000);
        DownloadResult result = Await(_client.DownloadAsync(new Uri(Address), canSeek ? _destination : new OneWay(_destination), new() { Digest = DigestOf(_server.Content) }));

        Assert.Equal([null, "bytes=30000-", "bytes=60000-"], _server.Ranges);
        Assert.Equal(3, result.Requests);
        Assert.Equal(_server.Content, _destination.ToArray());
    }

    [Fact]
    public void Without_a_validator_a_break_is_an_error_that_says_what_was_written()
    {
        _server.Validator = "";
        _server.Cuts.Enqueue(30_000);
        DownloadException error = Fails(_destination);
        Assert.Equal(DownloadFailure.Interrupted, error.Failure);
        Assert.Contains("to a stream broke off after 30000 of 100000 bytes", error.Message, StringComparison.Ordinal);
        Assert.Equal(30_000, _destination.Length);
    }

    [Fact]
    public void A_content_that_changed_is_written_anew_where_the_stream_can_seek()
    {
        _destination.Write("before"u8);
        byte[] changed = ChangeAfterABreak();
        Await(_client.DownloadAsync(Address, _destination, new() { Digest = DigestOf(changed) }));
        Assert.Equal([.. "before"u8, .. changed], _destination.ToArray());
    }

    [Fact]
    public void A_content_that_changed_is_an_error_where_the_stream_cannot_seek()
    {
        ChangeAfterABreak();
        DownloadException error = Fails(new OneWay(_destination));
        Assert.Equal(DownloadFailure.Interrupted, error.Failure);
        Assert.Contains("30000 bytes of the old content were written to a stream that can't seek", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_stream_throws_is_thrown_as_it_is_and_nothing_is_asked_for_again()
    {
        IOException thrown = new("full");
        Assert.Same(thrown, Assert.ThrowsAny<IOException>(() => Await(_client.DownloadAsync(Address, new OneWay(_destination) { Throws = thrown }))));
        PollHttpIOException confusing = new(HttpRequestError.ResponseEnded, "of another request", null, default);
        Assert.Same(confusing, Assert.ThrowsAny<IOException>(() => Await(_client.DownloadAsync(Address, new OneWay(_destination) { Throws = confusing }))));
        Assert.Equal(2, _server.Script.Requests.Count);
    }

    [Fact]
    public void A_wrong_digest_and_a_stream_to_read_from_are_refused()
    {
        Assert.Equal(DownloadFailure.WrongDigest, Fails(_destination, new() { Digest = DigestOf([1]) }).Failure);
        using MemoryStream readOnly = new([], writable: false);
        Assert.Throws<ArgumentException>(() => Await(_client.DownloadAsync(Address, readOnly)));
    }

    private static ContentDigest DigestOf(byte[] content) => new(HashAlgorithmName.SHA256, SHA256.HashData(content));

    private byte[] ChangeAfterABreak()
    {
        _server.Cuts.Enqueue(30_000);
        byte[] changed = [.. _server.Content.Reverse()];
        _server.OnBreak = () =>
        {
            _server.Content = changed;
            _server.Validator = "ETag: \"v2\"\r\n";
        };
        return changed;
    }

    private DownloadException Fails(Stream destination, DownloadOptions? options = null) =>
        Assert.Throws<DownloadException>(() => Await(_client.DownloadAsync(Address, destination, options)));

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

    private sealed class Telling(List<DownloadProgress> told) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => told.Add(value);
    }

    /// <summary>A stream that only goes on.</summary>
    private sealed class OneWay(Stream inner) : Stream
    {
        public Exception? Throws { get; init; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only asynchronously.");

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            Throws is null ? inner.WriteAsync(buffer, cancellationToken) : ValueTask.FromException(Throws);
    }
}
