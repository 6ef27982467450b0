using System.IO.Pipelines;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests;

public sealed class FailingContentTests
{
    public static TheoryData<int> Places() => [0, 1, 70_000, 400_000];

    [Theory]
    [MemberData(nameof(Places))]
    [Trait("fault", "F-60")]
    [Trait("parity", "P-123")]
    public void Exception_of_a_content_is_what_the_caller_gets(int at)
    {
        var scene = new UploadScene();
        var own = new FormatException("own");

        Exception thrown = Assert.Throws<FormatException>(() => scene.Put(Failing(at, own)));

        Assert.Same(own, thrown);
        Assert.Empty(scene.Server.Requests);
        Assert.Equal(0, scene.Network.OpenTransports);
    }

    [Fact]
    [Trait("parity", "P-123")]
    public void Exception_thrown_before_the_first_await_is_too()
    {
        var own = new FormatException("own");

        Assert.Same(own, Assert.Throws<FormatException>(() => new UploadScene().Put(RequestContent.FromWriter((_, _) => throw own))));
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(ObjectDisposedException))]
    [Trait("parity", "P-011")]
    public void Trouble_with_reading_the_source_is_a_failed_request(Type type)
    {
        var own = type == typeof(IOException) ? new IOException("disk") : (Exception)new ObjectDisposedException("source");

        PollHttpException thrown = Assert.Throws<PollHttpException>(() => new UploadScene().Put(Failing(10, own)));

        Assert.Same(own, thrown.InnerException);
        Assert.Contains("PUT http://server.example", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(9, 10)]
    [InlineData(300_000, 300_001)]
    [Trait("rule", "R-134")]
    [Trait("parity", "P-012")]
    public void Content_shorter_than_its_length_fails_and_is_not_filled_up(int size, int length)
    {
        var scene = new UploadScene();

        HttpRequestException error = Assert.Throws<HttpRequestException>(
            () => scene.Put(RequestContent.FromStream(new MemoryStream(new byte[size]), length)));

        Assert.Contains($"{size} bytes, fewer than its length of {length}", error.Message, StringComparison.Ordinal);
        Assert.Empty(scene.Server.Requests);
        Assert.Equal(0, scene.Network.OpenTransports);
    }

    [Theory]
    [InlineData(10, 9)]
    [InlineData(300_000, 70_000)]
    [Trait("rule", "R-134")]
    [Trait("parity", "P-012")]
    public void Content_longer_than_its_length_fails_and_the_rest_is_never_written(int size, int length)
    {
        var server = new HeadServer(static _ => { });
        var scene = new UploadScene(server);

        HttpRequestException error = Assert.Throws<HttpRequestException>(
            () => scene.Put(RequestContent.FromStream(new MemoryStream(new byte[size]), length)));

        Assert.Contains($"more bytes than its length of {length}", error.Message, StringComparison.Ordinal);
        Assert.True(server.Contents.Sum(c => c.Length) <= length);
    }

    [Fact]
    [Trait("fault", "F-60")]
    public void Content_that_never_ends_runs_into_the_limit_of_the_request()
    {
        var scene = new UploadScene();
        scene.Options.Timeout = TimeSpan.FromSeconds(7);
        var pipe = new Pipe();

        Assert.Throws<RequestTimeoutException>(() => scene.Put(RequestContent.FromPipe(pipe.Reader)));

        Assert.Equal(TimeSpan.FromSeconds(7), scene.Elapsed);
        Assert.Equal(0, scene.Network.OpenTransports);
    }

    [Fact]
    [Trait("fault", "F-60")]
    public void Content_that_ends_after_the_request_was_given_up_does_no_harm()
    {
        var scene = new UploadScene(ServerReply.Text("1"));
        var pipe = new Pipe();

        scene.Run(async client =>
        {
            using var stop = new CancellationTokenSource();
            Task<Response> sending = client.PutAsync(UploadScene.Address, RequestContent.FromPipe(pipe.Reader), stop.Token);
            while (scene.Sends.Count == 0)
            {
                await Task.Yield();
            }

            stop.Cancel();
            OperationCanceledException canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
            Assert.Equal(stop.Token, canceled.CancellationToken);
            await pipe.Writer.WriteAsync(new byte[10]);
            await pipe.Writer.CompleteAsync();
            using Response next = await client.GetAsync(UploadScene.Address);
            return 0;
        });

        Assert.Equal("GET", scene.Request.Method);
        Assert.Equal(0, scene.Network.OpenTransports);
    }

    [Fact]
    [Trait("ask", "A-17")]
    public void Replayable_content_is_sent_twice_and_another_says_that_it_was_used()
    {
        var scene = new UploadScene(ServerReply.Text("1"), ServerReply.Text("2"), ServerReply.Text("3"));

        scene.Run(async client =>
        {
            Request again = UploadScene.NewRequest(ContentShapes.All["stream"]([1, 2, 3]));
            Request once = UploadScene.NewRequest(ContentShapes.All["pipe"]([1, 2, 3]));
            foreach (Request request in new[] { again, again, once })
            {
                using Response response = await client.SendAsync(request);
            }

            InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => client.SendAsync(once));
            Assert.Contains("was sent before", error.Message, StringComparison.Ordinal);
            return 0;
        });

        Assert.All(scene.Server.Requests, r => Assert.Equal([1, 2, 3], r.Body.ToArray()));
        Assert.Equal(3, scene.Server.Requests.Count);
    }

    [Theory]
    [InlineData("stream", true)]
    [InlineData("pipe", false)]
    [Trait("rule", "R-218")]
    public void Retry_on_a_stale_connection_needs_a_content_that_can_be_sent_again(string shape, bool succeeds)
    {
        int heads = 0;
        var server = new HeadServer(peer =>
        {
            if (++heads == 1)
            {
                peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                peer.State = null;
            }
            else if (heads == 2)
            {
                peer.Reset();
            }
        })
        {
            OnContent = peer => peer.Send("HTTP/1.1 204 No Content\r\n\r\n"),
        };
        var scene = new UploadScene(server);

        int Send() => scene.Run(async client =>
        {
            using (await client.GetAsync(UploadScene.Address))
            {
            }

            using Response response = await client.SendAsync(UploadScene.NewRequest(ContentShapes.All[shape](new byte[1000])));
            return (int)response.StatusCode;
        });

        if (succeeds)
        {
            Assert.Equal(204, Send());
            Assert.Equal(3, heads);
            return;
        }

        PollHttpException error = Assert.Throws<PollHttpException>(() => Send());
        Assert.Contains("content can't be sent again", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, heads);
    }

    private static RequestContent Failing(int at, Exception error) => RequestContent.FromWriter(async (writer, _) =>
    {
        await writer.WriteAsync(new byte[at], CancellationToken.None);
        throw error;
    });
}
