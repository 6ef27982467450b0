using System.Net;
using System.Net.Http.Headers;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests;

public sealed class ClientDefaultsTests
{
    [Fact]
    [Trait("parity", "P-002")]
    public void Default_fields_are_added_only_where_the_request_has_none_of_the_name()
    {
        var scene = new UploadScene(ServerReply.Text("1"), ServerReply.Text("2"));

        scene.Run(async client =>
        {
            client.DefaultRequestHeaders.Add("X-A", "default");
            client.DefaultRequestHeaders.Add("X-B", ["1", "2"]);
            client.DefaultRequestHeaders.UserAgent.ParseAdd("tool/1.0 (linux)");
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "t");
            using (await client.GetAsync(UploadScene.Address))
            {
            }

            using Response second = await client.SendAsync(UploadScene.NewRequest(RequestContent.FromBytes(default), ("x-a", "own"), ("User-Agent", "mine")));
            return 0;
        });

        ServerRequest plain = scene.Server.Requests[0];
        Assert.Equal(("default", "1, 2", "tool/1.0 (linux)", "Bearer t"), (plain.Header("X-A"), plain.Header("X-B"), plain.Header("User-Agent"), plain.Header("Authorization")));
        ServerRequest own = scene.Server.Requests[1];
        Assert.Equal(("own", "1, 2", "mine"), (own.Header("X-A"), own.Header("X-B"), own.Header("User-Agent")));
        Assert.Single(own.Headers, h => h.Key.Equals("X-A", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Base_address_can_be_changed_between_requests()
    {
        var scene = new UploadScene(ServerReply.Text("1"), ServerReply.Text("2"));
        var relative = new Uri("x", UriKind.Relative);

        scene.Run(async client =>
        {
            client.BaseAddress = new Uri("http://server.example/a/");
            await client.GetStringAsync(relative);
            client.BaseAddress = new Uri("http://server.example/b/");
            await client.GetStringAsync(relative);
            Assert.Throws<ArgumentException>(() => client.BaseAddress = relative);
            return 0;
        });

        Assert.Equal(["/a/x", "/b/x"], scene.Server.Requests.Select(r => r.Target));
    }

    [Fact]
    public void Whole_reading_frees_the_connection_and_streaming_does_not()
    {
        string large = new('x', 200_000);
        var scene = new UploadScene(ServerReply.Text(large), ServerReply.Text(large));

        scene.Run(async client =>
        {
            Response whole = await client.GetAsync(UploadScene.Address, HttpCompletionOption.ResponseContentRead);
            Assert.Equal(1, client.Pool.IdleConnections);
            using Response streamed = await client.GetAsync(UploadScene.Address, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(0, client.Pool.IdleConnections);
            Assert.Equal(large, await whole.ReadAsStringAsync());
            Assert.Equal(large, await streamed.Content.ReadAsStringAsync());
            return 0;
        });
    }

    [Fact]
    public void Body_larger_than_may_be_read_whole_fails()
    {
        var scene = new UploadScene(ServerReply.Text("12345"), ServerReply.Text("12345"));

        scene.Run(async client =>
        {
            client.MaxResponseContentBufferSize = 4;
            Assert.Throws<ArgumentOutOfRangeException>(() => client.MaxResponseContentBufferSize = 0);
            Assert.Equal(4, client.MaxResponseContentBufferSize);
            HttpRequestException error = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(UploadScene.Address));
            Assert.Equal(HttpRequestError.ConfigurationLimitExceeded, error.HttpRequestError);
            client.MaxResponseContentBufferSize = 5;
            Assert.Equal("12345", await client.GetStringAsync(UploadScene.Address));
            return 0;
        });
    }

    [Fact]
    public void Message_with_a_higher_version_is_sent_lower_where_it_allows_that()
    {
        var scene = new UploadScene();
        using var message = new HttpRequestMessage(HttpMethod.Get, UploadScene.Address) { Version = HttpVersion.Version20 };

        scene.Run(async client =>
        {
            using Response response = await client.SendAsync(message);
            Assert.Equal(HttpVersion.Version11, response.Version);
            return 0;
        });
    }

    [Theory]
    [Trait("parity", "P-007")]
    [InlineData("1.0", "HTTP/1.0")]
    [InlineData("1.1", "HTTP/1.1")]
    [InlineData("2.0", "HTTP/1.1")]
    [InlineData("3.0", "HTTP/1.1")]
    public void Version_of_the_client_or_of_a_message_is_on_the_wire(string version, string sent)
    {
        var server = new HeadServer(peer => peer.Send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
        var scene = new UploadScene(server);
        using var message = new HttpRequestMessage(HttpMethod.Get, UploadScene.Address) { Version = Version.Parse(version) };

        scene.Run(async client =>
        {
            (await client.SendAsync(message)).Dispose();
            client.DefaultRequestVersion = Version.Parse(version);
            (await client.SendAsync(UploadScene.NewRequest(RequestContent.FromBytes("abc"u8.ToArray()), ("Expect", "100-continue")))).Dispose();
            using var other = new HttpRequestMessage(HttpMethod.Get, UploadScene.Address); // has a version of its own
            (await client.SendAsync(other)).Dispose();
            return 0;
        });

        Assert.Equal([$"GET /up {sent}", $"PUT /up {sent}", "GET /up HTTP/1.1"], server.Heads.Select(h => h.Split("\r\n")[0]));
        Assert.Equal(version != "1.0", server.Heads[1].Contains("Expect", StringComparison.Ordinal)); // 1.0 knows no interim responses
    }

    [Fact]
    [Trait("rule", "R-136")]
    [Trait("parity", "P-007")]
    public void Content_of_unknown_length_is_refused_by_HTTP_1_0_and_nothing_is_sent()
    {
        var scene = new UploadScene();
        static async IAsyncEnumerable<ReadOnlyMemory<byte>> Parts()
        {
            yield return "part"u8.ToArray();
            await Task.CompletedTask;
        }

        scene.Run(async client =>
        {
            client.DefaultRequestVersion = HttpVersion.Version10;
            ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(
                () => client.PostAsync(UploadScene.Address, RequestContent.FromAsyncEnumerable(Parts())));
            Assert.Contains("HTTP/1.0 has no chunks", error.Message, StringComparison.Ordinal);
            using Response response = await client.PostAsync(UploadScene.Address, RequestContent.FromBytes("abc"u8.ToArray()));
            return 0;
        });

        Assert.Equal("abc", scene.Request.BodyText);
    }

    [Fact]
    public void Pending_requests_are_given_up_together_and_the_client_goes_on()
    {
        var scene = new UploadScene(new HeadServer(peer => peer.Send(peer.ConnectionNumber > 2 ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" : "")));
        scene.Options.MaxConnectionsPerServer = 2;

        scene.Run(async client =>
        {
            Task<Response>[] pending = [.. Enumerable.Range(0, 4).Select(_ => client.GetAsync(UploadScene.Address))];
            while (scene.Sends.Count < 2)
            {
                await Task.Yield();
            }

            client.CancelPendingRequests();
            foreach (Task<Response> each in pending)
            {
                TaskCanceledException error = await Assert.ThrowsAsync<TaskCanceledException>(() => each);
                Assert.True(each.IsCanceled);
                Assert.Null(error.InnerException);
            }

            using Response after = await client.GetAsync(UploadScene.Address);
            return 0;
        });

        Assert.Equal(0, scene.Network.OpenTransports);
    }

    [Fact]
    public void A_body_that_a_call_reads_whole_is_given_up_too_and_one_that_the_caller_reads_is_not()
    {
        using Exchanges.World world = new();
        world.Serve("a.test", _ => new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + new string('x', 200_000))
        {
            DribbleSize = 20_000,
            DribbleDelay = TimeSpan.FromSeconds(1),
        });
        Task<string> whole = world.Client.GetStringAsync("http://a.test/");
        Task<Response> buffered = world.Client.GetAsync("http://a.test/", HttpCompletionOption.ResponseContentRead);
        Response own = world.Run(world.Client.GetAsync("http://a.test/"));
        Task<string> read = own.ReadAsStringAsync();
        world.Drive(() => world.Network.Clock.Elapsed >= TimeSpan.FromSeconds(5));
        world.Client.CancelPendingRequests();
        world.Drive(() => whole.IsCompleted && buffered.IsCompleted);
        Assert.True(whole.IsCanceled);
        Assert.True(buffered.IsCanceled);
        Assert.Equal(200_000, world.Run(read).Length);
    }
}
