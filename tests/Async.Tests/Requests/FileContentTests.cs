using Microsoft.Win32.SafeHandles;
using Xunit;

namespace PollHttp.Tests;

public sealed class FileContentTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();
    private readonly byte[] _bytes = new byte[200_000];
    private readonly SafeFileHandle _file;

    public FileContentTests()
    {
        new Random(4).NextBytes(_bytes);
        File.WriteAllBytes(_path, _bytes);
        _file = File.OpenHandle(_path, FileMode.Open, FileAccess.ReadWrite);
    }

    public void Dispose()
    {
        _file.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public async Task File_is_sent_whole_and_again()
    {
        RequestContent content = RequestContent.FromFile(_file);

        Assert.Equal(_bytes.Length, content.Length);
        Assert.True(content.IsReplayable);
        Assert.Equal(_bytes, await ReadAsync(content));
        Assert.Equal(_bytes, await ReadAsync(content));
    }

    [Fact]
    public async Task Part_of_a_file_is_just_that_part()
    {
        RequestContent content = RequestContent.FromFile(_file, 1000, 150_000);

        Assert.Equal(150_000, content.Length);
        Assert.Equal(_bytes[1000..151_000], await ReadAsync(content));
    }

    [Theory]
    [InlineData(-1, null)]
    [InlineData(200_001, null)]
    [InlineData(0, -1L)]
    [InlineData(1, 200_000L)]
    public void Part_outside_the_file_is_refused(long offset, long? length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RequestContent.FromFile(_file, offset, length));

    [Fact]
    public async Task File_that_became_shorter_is_reported_and_not_padded()
    {
        RequestContent content = RequestContent.FromFile(_file);
        RandomAccess.SetLength(_file, 70_000);

        EndOfStreamException error = await Assert.ThrowsAsync<EndOfStreamException>(() => ReadAsync(content));
        Assert.Contains("70000 of the 200000 bytes", error.Message, StringComparison.Ordinal);
    }

    private static async Task<byte[]> ReadAsync(RequestContent content)
    {
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes);

        return bytes.ToArray();
    }
}
