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

    [Fact]
    public async Task File_by_its_name_is_open_only_while_it_is_sent()
    {
        string path = _path + ".copy";
        File.WriteAllBytes(path, _bytes);
        RequestContent content = RequestContent.FromFile(path, "image/png");
        try
        {
            Assert.Equal((_bytes.Length, "image/png", true), (content.Length, content.ContentType, content.IsReplayable));
            Assert.Equal(_bytes, await ReadAsync(content));
            using MemoryStream copy = new();
            content.CopyTo(copy);
            Assert.Equal(_bytes, copy.ToArray());
            using (File.Open(path, FileMode.Append, FileAccess.Write, FileShare.None))
            {
                await Assert.ThrowsAnyAsync<IOException>(() => ReadAsync(content)); // nothing holds it, so another may have it alone
            }

            File.AppendAllText(path, "added");
            Assert.Equal(_bytes, await ReadAsync(content));
        }
        finally
        {
            File.Delete(path);
        }

        await Assert.ThrowsAsync<FileNotFoundException>(() => ReadAsync(content));
    }

    [Fact]
    public void File_that_is_not_there_is_named_at_once()
    {
        FileNotFoundException error = Assert.Throws<FileNotFoundException>(() => RequestContent.FromFile("/nowhere/file.bin"));
        Assert.Contains("/nowhere/file.bin", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => RequestContent.FromFile(""));
    }

    [Fact]
    public void Form_takes_a_file_with_its_name_and_type()
    {
        File.WriteAllText(_path, "text");
        MultipartForm form = new MultipartForm(() => "B").AddFile("a", _path).AddFile("b", _path, "text/plain", "other \"name\".txt");
        using MemoryStream copy = new();
        form.CopyTo(copy);
        Assert.Equal(form.Length, copy.Length);
        Assert.Equal(
            $"""
            --B
            Content-Disposition: form-data; name="a"; filename="{Path.GetFileName(_path)}"
            Content-Type: application/octet-stream

            text
            --B
            Content-Disposition: form-data; name="b"; filename="other %22name%22.txt"
            Content-Type: text/plain

            text
            --B--

            """.ReplaceLineEndings("\r\n"),
            System.Text.Encoding.UTF8.GetString(copy.ToArray()));
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
