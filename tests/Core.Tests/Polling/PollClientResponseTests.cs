using System.Text;
using Xunit;

namespace PollHttp.Core.Tests;

public class PollClientResponseTests
{
    [Fact]
    public void Without_a_response_everything_is_empty()
    {
        using PollScene scene = PollScene.Connected();
        Assert.False(scene.Client.HasResponse);
        Assert.False(scene.Client.IsResponseChunked);
        Assert.Equal(0, scene.Client.ResponseCode);
        Assert.Empty(scene.Client.ResponseHeaders);
        Assert.Empty(scene.Client.GetResponseHeadersAsDictionary());
        Assert.Equal(-1, scene.Client.ResponseBodyLength);
        Assert.Empty(scene.Client.Trailers);
        Assert.Empty(scene.Client.ReadResponseBodyChunk());
        Assert.Equal(0, scene.Client.ReadResponseBodyChunk(new byte[10].AsSpan()));
        Assert.False(scene.Client.TryReadResponseBodySlice(out _));
        scene.Client.AdvanceBody(0);
        Assert.Throws<ArgumentOutOfRangeException>(() => scene.Client.AdvanceBody(1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(0)]
    public void A_body_with_a_length_is_read_to_its_end_whatever_the_segments(int segment)
    {
        using PollScene scene = PollScene.Connected();
        scene.SegmentSize(segment);
        scene.Client.Request("GET", "/");
        scene.Settle();
        scene.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nX-A: 1\r\n\r\n0123456789");
        scene.PollUntil(PollStatus.Body);
        Assert.True(scene.Client.HasResponse);
        Assert.Equal(200, scene.Client.ResponseCode);
        Assert.Equal(10, scene.Client.ResponseBodyLength);
        Assert.False(scene.Client.IsResponseChunked);
        StringBuilder body = new();
        while (scene.Client.Status == PollStatus.Body)
        {
            body.Append(scene.ReadAll());
            scene.Flow();
            scene.Client.Poll();
        }

        Assert.Equal("0123456789", body.ToString());
        Assert.Equal(PollStatus.Connected, scene.Client.Status);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void A_chunked_body_is_read_to_its_end_with_its_trailers(int segment)
    {
        using PollScene scene = PollScene.Connected();
        scene.SegmentSize(segment);
        scene.Client.Request("GET", "/");
        scene.Settle();
        scene.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: CHUNKED\r\n\r\n3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n");
        scene.PollUntil(PollStatus.Body);
        Assert.True(scene.Client.IsResponseChunked);
        Assert.Equal(-1, scene.Client.ResponseBodyLength);
        StringBuilder body = new();
        while (scene.Client.Status == PollStatus.Body)
        {
            body.Append(scene.ReadAll());
            scene.Flow();
            scene.Client.Poll();
        }

        Assert.Equal("abcde", body.ToString());
        Assert.Equal([new HeaderField("X-Sum", "5")], scene.Client.Trailers);
        Assert.Equal(PollStatus.Connected, scene.Client.Status);
        scene.Client.Close();
        Assert.Equal([new HeaderField("X-Sum", "5")], scene.Client.Trailers);
    }

    [Fact]
    public void A_body_that_runs_to_the_close_ends_at_Disconnected_and_the_head_stays()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("GET", "/");
        scene.Settle();
        scene.Send("HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\nabc");
        scene.PollUntil(PollStatus.Body);
        Assert.Equal(-1, scene.Client.ResponseBodyLength);
        Assert.Equal("abc", scene.ReadAll());
        Assert.Equal(PollStatus.Body, scene.Client.Status);
        scene.End();
        scene.PollUntil(PollStatus.Disconnected);
        Assert.True(scene.Client.HasResponse);
        Assert.Equal(200, scene.Client.ResponseCode);
        Assert.Equal([new HeaderField("X-A", "1")], scene.Client.ResponseHeaders);
        Assert.False(scene.Client.Fault.Exists);
    }

    [Theory]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")]
    public void A_response_without_content_goes_to_Connected_at_once(string method, string response)
    {
        using PollScene scene = PollScene.Connected();
        scene.Exchange(method, "/", response);
        Assert.Equal(PollStatus.Connected, scene.Client.Status);
        Assert.True(scene.Client.HasResponse);
        Assert.Equal(0, scene.Client.ResponseBodyLength);
        Assert.False(scene.Client.TryReadResponseBodySlice(out _));
        scene.Exchange("GET", "/", "HTTP/1.1 204 No Content\r\n\r\n");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_a_last_response_without_content_Connected_shows_once_and_then_Disconnected(bool byPoll)
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("GET", "/");
        scene.Settle();
        scene.Send("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        scene.End();
        scene.PollUntil(PollStatus.Connected);
        if (byPoll)
        {
            Assert.Equal(PollStatus.Disconnected, scene.Client.Poll());
        }
        else
        {
            scene.Client.Request("GET", "/");
            Assert.Equal(PollStatus.Requesting, scene.Client.Status);
            Assert.Equal(PollStatus.ConnectionError, scene.Client.Poll());
            Assert.True(scene.Client.Fault.Retryable);
        }

        Assert.Equal(byPoll ? 204 : 0, scene.Client.ResponseCode);
        scene.Connect();
    }

    [Fact]
    public void The_last_read_of_a_connection_that_closes_goes_to_Disconnected_at_once()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("GET", "/");
        scene.Settle();
        scene.Send("HTTP/1.1 200 OK\r\nConnection: x, CLOSE\r\nContent-Length: 3\r\n\r\nabc");
        scene.PollUntil(PollStatus.Body);
        Assert.Equal("abc"u8, scene.Client.ReadResponseBodyChunk());
        Assert.Equal(PollStatus.Disconnected, scene.Client.Status);
        Assert.Equal(3, scene.Client.ResponseBodyLength);
    }

    [Fact]
    public void The_list_of_fields_is_exact_and_stays_until_the_next_request()
    {
        using PollScene scene = PollScene.Connected();
        scene.Exchange("GET", "/", "HTTP/1.1 204 No Content\r\nSet-Cookie: a=1\r\nx-B: 2\r\nset-cookie: c=3\r\n\r\n");
        HeaderField[] expected = [new("Set-Cookie", "a=1"), new("x-B", "2"), new("set-cookie", "c=3")];
        Assert.Equal(expected, scene.Client.ResponseHeaders);
        Assert.Equal(expected, scene.Client.ResponseHeaders);
        IReadOnlyDictionary<string, string> joined = scene.Client.GetResponseHeadersAsDictionary();
        Assert.Equal(2, joined.Count);
        Assert.Equal("a=1; c=3", joined["SET-COOKIE"]);
        Assert.Equal("2", joined["X-B"]);
        scene.Client.Poll();
        Assert.Equal(expected, scene.Client.ResponseHeaders);
        scene.Client.Request("GET", "/");
        Assert.False(scene.Client.HasResponse);
        Assert.Empty(scene.Client.ResponseHeaders);
    }

    [Fact]
    public void A_head_stays_over_Close_in_the_middle_of_a_body()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("GET", "/");
        scene.Settle();
        scene.Send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
        scene.PollUntil(PollStatus.Body);
        scene.Client.Close();
        Assert.Equal(200, scene.Client.ResponseCode);
        Assert.Equal([new HeaderField("Content-Length", "100")], scene.Client.ResponseHeaders);
        scene.Connect();
        scene.Exchange("GET", "/", "HTTP/1.1 204 No Content\r\n\r\n");
        Assert.Equal(204, scene.Client.ResponseCode);
    }

    [Fact]
    public void A_chunk_is_never_longer_than_ReadChunkSize()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.ReadChunkSize = 256;
        scene.Client.Request("GET", "/");
        scene.Settle();
        scene.Send("HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n" + new string('x', 600));
        scene.PollUntil(PollStatus.Body);
        scene.Settle();
        Assert.Equal(256, scene.Client.ReadResponseBodyChunk().Length);
        Assert.Equal(256, scene.Client.ReadResponseBodyChunk().Length);
        Assert.Equal(PollStatus.Body, scene.Client.Status);
        Assert.Equal(88, scene.Client.ReadResponseBodyChunk().Length);
        Assert.Equal(PollStatus.Connected, scene.Client.Status);
    }

    [Fact]
    public void ReadChunkSize_is_256_to_16_MiB_and_64_KiB_at_first()
    {
        using PollScene scene = new();
        Assert.Equal(65536, scene.Client.ReadChunkSize);
        scene.Client.ReadChunkSize = 256;
        scene.Client.ReadChunkSize = 16 * 1024 * 1024;
        Assert.Throws<ArgumentOutOfRangeException>(() => scene.Client.ReadChunkSize = 255);
        Assert.Throws<ArgumentOutOfRangeException>(() => scene.Client.ReadChunkSize = (16 * 1024 * 1024) + 1);
        Assert.Equal(16 * 1024 * 1024, scene.Client.ReadChunkSize);
    }

    [Fact]
    public void A_span_is_filled_over_several_segments()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("GET", "/");
        scene.Settle();
        scene.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n");
        scene.PollUntil(PollStatus.Body);
        scene.Settle();
        byte[] four = new byte[4];
        Assert.Equal(4, scene.Client.ReadResponseBodyChunk(four.AsSpan()));
        Assert.Equal("abcd"u8, four);
        Assert.Equal(2, scene.Client.ReadResponseBodyChunk(four.AsSpan()));
        Assert.Equal("efcd"u8, four);
        Assert.Equal(PollStatus.Connected, scene.Client.Status);
    }

    [Fact]
    public void A_slice_stays_as_it_is_over_polls_until_it_is_advanced()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("GET", "/");
        scene.Settle();
        scene.Send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
        scene.PollUntil(PollStatus.Body);
        Assert.True(scene.Client.TryReadResponseBodySlice(out ReadOnlyMemory<byte> slice));
        Assert.Equal("abc"u8, slice.Span);
        scene.Send("def");
        scene.Settle();
        Assert.Equal("abc"u8, slice.Span);
        Assert.Throws<ArgumentOutOfRangeException>(() => scene.Client.AdvanceBody(7));
        Assert.Throws<ArgumentOutOfRangeException>(() => scene.Client.AdvanceBody(-1));
        scene.Client.AdvanceBody(1);
        Assert.Equal("bcdef", scene.ReadAll());
        Assert.Equal(PollStatus.Connected, scene.Client.Status);
    }

    [Fact]
    public void Reading_does_no_IO()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("GET", "/");
        scene.Settle();
        scene.Send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
        scene.PollUntil(PollStatus.Body);
        scene.Settle();
        scene.Send("def");
        scene.Flow();
        Assert.Equal("abc", scene.ReadAll());
        Assert.Empty(scene.Client.ReadResponseBodyChunk());
        scene.Client.Poll();
        Assert.Equal("def", scene.ReadAll());
    }

    [Fact]
    public void Interim_responses_are_not_taken_for_the_final_one()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request("GET", "/");
        scene.Settle();
        scene.Send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
        scene.Settle();
        Assert.Equal(PollStatus.Requesting, scene.Client.Status);
        Assert.False(scene.Client.HasResponse);
        scene.Send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
        scene.PollUntil(PollStatus.Body);
        Assert.Equal([new HeaderField("Content-Length", "1")], scene.Client.ResponseHeaders);
    }

    [Fact]
    public void Unread_bytes_are_bounded_by_the_high_water_mark_and_nothing_is_lost()
    {
        PollClientOptions options = new() { Limits = { ReceiveHighWater = 64 * 1024, ReceiveLowWater = 16 * 1024 } };
        using PollScene scene = PollScene.Connected(options);
        scene.Client.Request("GET", "/");
        scene.Settle();
        scene.Send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + new string('x', 1_000_000));
        long read = 0;
        int rounds = 0;
        while (read < 1_000_000)
        {
            scene.Flow();
            scene.Client.Poll();
            int there = scene.ReadAll().Length;
            Assert.InRange(there, 0, 1_000_000 / 2);
            read += there;
            Assert.True(++rounds < 10_000);
        }

        Assert.Equal(PollStatus.Connected, scene.Client.Status);
    }
}
