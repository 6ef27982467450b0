using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests;

public sealed class ContentFramingTests
{
    private static (string Head, string Content) Send(RequestContent? content, string method = "PUT", params (string, string)[] headers)
    {
        // The answer comes when all that the client has to say must have come.
        var server = new HeadServer(static peer => peer.CallAfter(TimeSpan.FromSeconds(1), 0))
        {
            OnTime = static peer => peer.Send("HTTP/1.1 204 No Content\r\n\r\n"),
        };
        var scene = new UploadScene(server);
        scene.Run(async client =>
        {
            Request request = UploadScene.NewRequest(content!, headers);
            request.Method = method;
            using Response response = await client.SendAsync(request);
            return 0;
        });
        return (server.Heads[0], server.Contents[0].ToString());
    }

    [Fact]
    [Trait("rule", "R-136")]
    public void Content_of_unknown_length_goes_in_chunks()
    {
        (string head, string content) = Send(ContentShapes.All["pipe"]("hello"u8.ToArray()));

        Assert.Contains("Transfer-Encoding: chunked", head, StringComparison.Ordinal);
        Assert.Equal("5\r\nhello\r\n0\r\n\r\n", content);
    }

    [Theory]
    [InlineData("GET", null)]
    [InlineData("HEAD", null)]
    [InlineData("DELETE", null)]
    [InlineData("POST", "Content-Length: 0")]
    [InlineData("PUT", "Content-Length: 0")]
    [InlineData("PATCH", "Content-Length: 0")]
    [Trait("rule", "R-137")]
    public void Request_without_a_content_says_so_only_where_one_is_usual(string method, string? expected)
    {
        string head = Send(null, method).Head;

        Assert.Equal(expected is not null, head.Contains("Content-Length: 0", StringComparison.Ordinal));
        Assert.DoesNotContain("Transfer-Encoding", head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    [Trait("rule", "R-138")]
    public void Content_is_allowed_with_any_method(string method)
    {
        (string head, string content) = Send(RequestContent.FromBytes("x"u8.ToArray()), method);

        Assert.Contains("Content-Length: 1", head, StringComparison.Ordinal);
        Assert.Equal("x", content);
    }

    [Fact]
    [Trait("rule", "R-134")]
    public void Length_in_the_head_stands_for_one_the_content_does_not_know()
    {
        (string head, string content) = Send(ContentShapes.All["pipe"]("hello"u8.ToArray()), "PUT", ("Content-Length", "5"));

        Assert.DoesNotContain("Transfer-Encoding", head, StringComparison.Ordinal);
        Assert.Equal("hello", content);
    }

    [Theory]
    [InlineData("4")]
    [InlineData("6")]
    [Trait("rule", "R-134")]
    public void Length_in_the_head_that_the_content_does_not_keep_fails(string length) =>
        Assert.Throws<HttpRequestException>(() => Send(ContentShapes.All["pipe"]("hello"u8.ToArray()), "PUT", ("Content-Length", length)));

    [Theory]
    [InlineData("4")]
    [InlineData("+5")]
    [InlineData("5, 5")]
    [Trait("rule", "R-134")]
    public void Length_in_the_head_that_is_not_that_of_the_content_is_refused(string length) =>
        Assert.Throws<ArgumentException>(() => Send(RequestContent.FromBytes("hello"u8.ToArray()), "PUT", ("Content-Length", length)));

    [Fact]
    [Trait("rule", "R-135")]
    public void Chunks_can_be_asked_for()
    {
        (string head, string content) = Send(RequestContent.FromBytes("hello"u8.ToArray()), "PUT", ("Transfer-Encoding", "chunked"));

        Assert.DoesNotContain("Content-Length", head, StringComparison.Ordinal);
        Assert.Equal("5\r\nhello\r\n0\r\n\r\n", content);
    }

    [Fact]
    [Trait("rule", "R-135")]
    public void Chunks_and_a_length_together_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Send(
            RequestContent.FromBytes("hello"u8.ToArray()), "PUT", ("Transfer-Encoding", "chunked"), ("Content-Length", "5")));
        Assert.Throws<ArgumentException>(() => Send(RequestContent.FromBytes("hello"u8.ToArray()), "PUT", ("Transfer-Encoding", "gzip")));
    }

    [Fact]
    [Trait("rule", "R-140")]
    public void Trailers_are_those_of_the_moment_the_content_ends()
    {
        RequestContent content = null!;
        content = RequestContent.FromWriter(async (writer, _) =>
        {
            await writer.WriteAsync("hello"u8.ToArray(), CancellationToken.None);
            content.Trailers.Add("X-Digest", "5d41");
        });
        _ = content.Trailers;

        Assert.Equal("5\r\nhello\r\n0\r\nX-Digest: 5d41\r\n\r\n", Send(content).Content);
    }

    [Fact]
    [Trait("rule", "R-140")]
    public void Trailers_put_even_a_content_in_memory_into_chunks()
    {
        RequestContent content = RequestContent.FromBytes("hello"u8.ToArray());
        content.Trailers.Add("X-A", "1");

        Assert.Equal("5\r\nhello\r\n0\r\nX-A: 1\r\n\r\n", Send(content).Content);
        Assert.Equal(content.TrailersOrNull, content.WithProgress(new Progress<UploadProgress>()).TrailersOrNull);
    }

    [Theory]
    [InlineData("Content-Length")]
    [InlineData("Authorization")]
    [InlineData("transfer-encoding")]
    [Trait("rule", "R-140")]
    public void Trailer_that_would_change_the_message_is_refused(string name)
    {
        RequestContent content = ContentShapes.All["pipe"]("hello"u8.ToArray());
        content.Trailers.Add(name, "1");

        Assert.Throws<ArgumentException>(() => Send(content));
    }

    [Fact]
    [Trait("rule", "R-140")]
    public void Trailer_with_a_line_end_in_it_can_not_be_added() =>
        Assert.Throws<ArgumentException>(() => RequestContent.FromBytes(default).Trailers.Add("X-A", "1\r\nX-B: 2"));
}
