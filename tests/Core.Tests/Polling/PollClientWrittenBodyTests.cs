using System.Text;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>Bodies of requests that the caller writes piece by piece.</summary>
public class PollClientWrittenBodyTests
{
    private static readonly RequestHead s_post = new() { Method = "POST", Target = "/" };

    [Fact]
    public void Pieces_of_a_known_length_are_sent_as_they_are_written()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request(s_post, ContentFraming.OfLength(10));
        Assert.True(scene.Client.IsRequestBodyOpen);

        Assert.Equal(5, scene.Client.WriteRequestBody("hello"u8.ToArray()));
        Assert.True(scene.Client.HoldsRequestBody);
        scene.Settle();
        Assert.False(scene.Client.HoldsRequestBody);
        Assert.EndsWith("\r\n\r\nhello", scene.Received, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Length: 10\r\n", scene.Received, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => scene.Client.FinishRequestBody());
        Assert.Throws<InvalidOperationException>(() => scene.Client.WriteRequestBody("worlds"u8.ToArray()));

        Assert.Equal(5, scene.Client.WriteRequestBody("world"u8.ToArray()));
        scene.Client.FinishRequestBody();
        Assert.False(scene.Client.IsRequestBodyOpen);
        scene.Settle();
        Assert.EndsWith("helloworld", scene.Received, StringComparison.Ordinal);
        scene.Send("HTTP/1.1 204 No Content\r\n\r\n");
        scene.PollUntil(PollStatus.Connected);
        scene.Exchange("GET", "/next", "HTTP/1.1 204 No Content\r\n\r\n");
    }

    [Fact]
    public void A_body_in_chunks_may_have_trailers()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request(s_post, ContentFraming.Chunked);
        scene.Client.WriteRequestBody("hello"u8.ToArray());
        HeaderList trailers = new() { { "X-Sum", "1" } };
        scene.Client.FinishRequestBody(trailers);
        scene.Settle();
        Assert.Contains("\r\nTransfer-Encoding: chunked\r\n", scene.Received, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n", scene.Received, StringComparison.Ordinal);
    }

    [Fact]
    public void There_is_room_until_the_high_water_mark()
    {
        using PollScene scene = PollScene.Connected(new() { Limits = { SendHighWater = 1000 } });
        scene.Client.Request(s_post, ContentFraming.Chunked);
        Assert.True(scene.Client.WantsRequestBody);
        Assert.Equal(2000, scene.Client.WriteRequestBody(new byte[2000]));
        Assert.False(scene.Client.WantsRequestBody);
        Assert.Equal(0, scene.Client.WriteRequestBody(new byte[1]));
        scene.Settle();
        Assert.True(scene.Client.WantsRequestBody);
    }

    [Theory]
    [InlineData("100 Continue", true)]
    [InlineData("417 No", false)]
    public void After_Expect_it_waits_for_the_answer(string answer, bool goesOn)
    {
        using PollScene scene = PollScene.Connected();
        RequestHead head = new() { Method = "PUT", Target = "/" };
        head.Headers.Add("Expect", "100-continue");
        scene.Client.Request(head, ContentFraming.OfLength(5));
        scene.Settle();
        Assert.True(scene.Client.IsRequestBodyOpen);
        Assert.False(scene.Client.WantsRequestBody);
        Assert.Equal(0, scene.Client.WriteRequestBody("hello"u8.ToArray()));

        scene.Send($"HTTP/1.1 {answer}\r\n{(goesOn ? "" : "Content-Length: 0\r\n")}\r\n");
        scene.Settle();
        Assert.Equal(goesOn, scene.Client.IsRequestBodyOpen);
        Assert.Equal(goesOn, scene.Client.WantsRequestBody);
        if (!goesOn)
        {
            Assert.Equal(417, scene.Client.ResponseCode);
            Assert.Throws<InvalidOperationException>(() => scene.Client.WriteRequestBody("hello"u8.ToArray()));
        }
    }

    [Fact]
    public void A_failure_closes_it_and_gives_the_memory_back()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request(s_post, ContentFraming.OfLength(10));
        scene.Client.WriteRequestBody("hello"u8.ToArray());
        scene.Reset();
        scene.PollUntil(PollStatus.ConnectionError);
        Assert.False(scene.Client.IsRequestBodyOpen);
        Assert.False(scene.Client.HoldsRequestBody);
    }

    [Theory]
    [InlineData("Content-Length: 5")]
    [InlineData("Transfer-Encoding: chunked")]
    public void The_framing_decides_the_fields(string line)
    {
        using PollScene scene = PollScene.Connected();
        RequestHead head = new() { Method = "POST", Target = "/" };
        HeaderField field = HeaderField.Parse(line);
        head.Headers.Add(field.Name, field.Value);
        Assert.Throws<ArgumentException>(() => scene.Client.Request(head, ContentFraming.Chunked));
        Assert.Equal(PollStatus.Connected, scene.Client.Status);
    }

    [Fact]
    public void A_request_without_a_body_is_not_open()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request(s_post, ContentFraming.OfLength(0));
        Assert.False(scene.Client.IsRequestBodyOpen);
        Assert.Throws<InvalidOperationException>(() => scene.Client.FinishRequestBody());
        scene.Settle();
        Assert.EndsWith("\r\n\r\n", scene.Received, StringComparison.Ordinal);
    }

    [Fact]
    public void A_blocking_poll_returns_when_the_body_can_be_written()
    {
        using PollScene scene = PollScene.Connected();
        scene.Client.Request(s_post, ContentFraming.OfLength(5));
        scene.Client.BlockingMode = true;
        Assert.Equal(PollStatus.Requesting, scene.Client.Poll());
        Assert.True(scene.Client.WantsRequestBody);
        Assert.Equal(5, scene.Client.WriteRequestBody(Encoding.ASCII.GetBytes("hello")));
    }
}
