using System.Text;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests;

public sealed class MultipartTests
{
    private static string Write(RequestContent content)
    {
        using var copy = new MemoryStream();
        content.CopyTo(copy);
        Assert.Equal(content.Length ?? copy.Length, copy.Length);
        return Encoding.UTF8.GetString(copy.ToArray());
    }

    private static Func<string> InTurn(params string[] boundaries)
    {
        int next = 0;
        return () => boundaries[next++];
    }

    [Fact]
    public void Form_has_its_fields_in_order_with_their_types()
    {
        MultipartForm form = new MultipartForm(InTurn("B"))
            .Add("a", "1")
            .Add("f", RequestContent.FromString("text"), "x.txt");

        Assert.Equal(
            "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
            + "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\ntext\r\n"
            + "--B--\r\n",
            Write(form));
        Assert.Equal("multipart/form-data; boundary=B", form.ContentType);
    }

    [Fact]
    public void Any_subtype_takes_parts_with_fields_of_their_own()
    {
        RequestContent part = RequestContent.FromBytes("x"u8.ToArray());
        part.Headers.Add("Content-ID", "<1>");

        Assert.Equal("--B\r\nContent-ID: <1>\r\n\r\nx\r\n--B--\r\n", Write(new Multipart("related", InTurn("B")).Add(part)));
    }

    [Fact]
    public void Form_without_fields_is_an_end_alone() => Assert.Equal("\r\n--B--\r\n", Write(new MultipartForm(InTurn("B"))));

    [Theory]
    [InlineData("a\"b", "a%22b")]
    [InlineData("a\r\nX: y", "a%0D%0AX: y")]
    [InlineData("naïve ☃", "naïve ☃")]
    public void Names_can_break_neither_quotes_nor_lines(string name, string expected)
    {
        string written = Write(new MultipartForm(InTurn("B")).Add(name, RequestContent.FromBytes(default), name));

        Assert.Contains($"name=\"{expected}\"; filename=\"{expected}\"\r\n", written, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("past", "C-52")]
    public void Boundary_has_at_least_128_random_bits()
    {
        string[] boundaries = [.. Enumerable.Range(0, 100).Select(_ => new MultipartForm().Boundary)];

        Assert.All(boundaries, b => Assert.Matches("^[0-9A-F]{32,70}$", b));
        Assert.Equal(100, boundaries.Distinct().Count());
        for (int i = 0; i < boundaries[0].Length; i++)
        {
            Assert.True(boundaries.Select(b => b[i]).Distinct().Count() > 4, "a fixed place");
        }
    }

    [Fact]
    [Trait("past", "C-52")]
    public void Boundary_that_occurs_in_a_part_is_replaced()
    {
        MultipartForm form = new MultipartForm(InTurn("FIRST", "SECOND", "THIRD")).Add("a", "--FIRST--");
        Assert.Equal("multipart/form-data; boundary=SECOND", form.ContentType);

        form.Add("b", "SECOND");

        Assert.Equal("THIRD", form.Boundary);
        Assert.Contains("--THIRD\r\n", Write(form), StringComparison.Ordinal);
    }

    [Fact]
    public void Streamed_parts_go_through_and_the_length_is_known_where_theirs_is()
    {
        byte[] bytes = new byte[300_000];
        new Random(1).NextBytes(bytes);
        RequestContent[] parts = [.. ContentShapes.All.Values.Select(shape => shape(bytes))];
        var known = new MultipartForm();
        var unknown = new MultipartForm();
        foreach (RequestContent part in parts)
        {
            (part.Length is null ? unknown : known).Add("p", part);
        }

        Assert.NotNull(known.Length);
        Assert.Null(unknown.Length);
        var scene = new UploadScene("HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n");
        scene.Put(known);
        scene.Put(unknown);

        Assert.Equal(known.Length, scene.Server.Requests[0].Body.Length);
        Assert.Null(scene.Server.Requests[1].Header("Content-Length"));
        Assert.Equal(parts.Length, scene.Server.Requests.Sum(r => Occurrences(r.Body.Span, bytes)));
    }

    [Fact]
    public void Form_is_replayable_where_all_parts_are()
    {
        Assert.True(new MultipartForm().Add("a", "1").Add("b", RequestContent.FromStream(new MemoryStream())).IsReplayable);
        Assert.False(new MultipartForm().Add("a", "1").Add("b", ContentShapes.All["pipe"]([1])).IsReplayable);
    }

    private static int Occurrences(ReadOnlySpan<byte> text, ReadOnlySpan<byte> part)
    {
        int count = 0;
        for (int at = text.IndexOf(part); at >= 0; at = text.IndexOf(part))
        {
            count++;
            text = text[(at + part.Length)..];
        }

        return count;
    }
}
