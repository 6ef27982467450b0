using System.Net;
using System.Text;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

public sealed class VerbTests
{
    public static TheoryData<string> Settings() => Setting.All();

    [Theory]
    [MemberData(nameof(Settings))]
    public void Every_verb_arrives_with_its_target_and_content(string setting)
    {
        ScriptedHttpServer server = new(request => ServerReply.Text(request.Method == "HEAD" ? "" : $"{request.Method} of {request.Target}"));
        Play.Run(setting, server, async scene =>
        {
            PollHttpClient client = scene.Client;
            Assert.Equal("GET of /a?b=c", await TextOf(client.GetAsync(scene.To("/a?b=c"))));
            Assert.Equal("", await TextOf(client.HeadAsync(scene.To("/h"))));
            Assert.Equal("POST of /p", await TextOf(client.PostAsync(scene.To("/p"), RequestContent.FromString("one"))));
            Assert.Equal("PUT of /p", await TextOf(client.PutAsync(scene.To("/p"), RequestContent.FromString("two"))));
            Assert.Equal("PATCH of /p", await TextOf(client.PatchAsync(scene.To("/p"), RequestContent.FromString("three"))));
            Assert.Equal("DELETE of /d", await TextOf(client.DeleteAsync(scene.To("/d"))));
            Assert.Equal("REPORT of /r", await TextOf(client.SendAsync(new Request("REPORT", scene.To("/r")))));
            Assert.Equal("GET of /s", await client.GetStringAsync(scene.To("/s")));
            Assert.Equal("GET of /b"u8.ToArray(), await client.GetByteArrayAsync(scene.To("/b")));
            await using Stream stream = await client.GetStreamAsync(scene.To("/t"));
            byte[] bytes = new byte[9];
            for (int count = 0; count < bytes.Length;)
            {
                count += await stream.ReadAsync(bytes.AsMemory(count));
            }

            Assert.Equal("GET of /t"u8.ToArray(), bytes);
            Assert.Equal(0, await stream.ReadAsync(bytes));
        });

        Assert.Empty(server.Problems);
        Assert.Equal(["", "", "one", "two", "three", "", "", "", "", ""], server.Requests.Select(r => r.BodyText));
        Assert.Single(server.Requests.Select(r => r.ConnectionNumber).Distinct());
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_HEAD_response_has_the_length_but_no_body(string setting) =>
        Play.Run(setting, new ScriptedHttpServer(_ => "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"), async scene =>
        {
            using Response response = await scene.Client.HeadAsync(scene.Address);
            Assert.Equal(1000, response.ContentLength);
            Assert.Empty(await response.ReadAsByteArrayAsync());
            await scene.Client.HeadAsync(scene.Address);
        });

    [Theory]
    [MemberData(nameof(Settings))]
    public void Fields_arrive_in_order_and_come_back_in_order(string setting)
    {
        ScriptedHttpServer server = new(_ => "HTTP/1.1 207 Multi-Status\r\nX-a: 1\r\nx-B: 2\r\nX-a: 3\r\nContent-Length: 0\r\n\r\n");
        Play.Run(setting, server, async scene =>
        {
            Request request = new("GET", scene.Address) { Headers = { { "x-first", "1" }, { "X-Second", "2" }, { "x-first", "3" } } };
            using Response response = await scene.Client.SendAsync(request);
            Assert.Equal((HttpStatusCode)207, response.StatusCode);
            Assert.Equal("Multi-Status", response.ReasonPhrase);
            Assert.Equal(["X-a: 1", "x-B: 2", "X-a: 3", "Content-Length: 0"], response.Headers.Select(h => h.ToString()));
        });

        IEnumerable<string> own = server.Requests[0].Headers.Where(h => h.Key.StartsWith("x-", StringComparison.OrdinalIgnoreCase))
            .Select(h => $"{h.Key}: {h.Value}");
        Assert.Equal(["x-first: 1", "X-Second: 2", "x-first: 3"], own);
    }

    private static async Task<string> TextOf(Task<Response> sending)
    {
        using Response response = await sending;
        return Encoding.Latin1.GetString(await response.ReadAsByteArrayAsync());
    }
}
