using System.Text;
using System.Text.Json;
using PollHttp.Testing;
using PollHttp.Tests.EndToEnd;
using Xunit;

namespace PollHttp.Tests;

/// <summary>The elements of an array, each as soon as it is whole.</summary>
public sealed class JsonStreamTests
{
    private static readonly byte[] s_numbers = Encoding.UTF8.GetBytes("[" + string.Join(", ", Enumerable.Range(0, 3_000)) + "]");

    public static TheoryData<string> Settings() => Setting.All();

    [Theory]
    [MemberData(nameof(Settings))]
    public void Elements_are_all_there_in_every_framing_and_coding(string setting)
    {
        ScriptedHttpServer server = new(request =>
        {
            string[] parts = request.Target.Split('/');
            return parts[2] == "plain"
                ? Framed.Reply(Enum.Parse<Framing>(parts[1]), s_numbers)
                : Framed.Reply(Enum.Parse<Framing>(parts[1]), Coded.Encode(parts[2], s_numbers), $"Content-Encoding: {parts[2]}\r\n");
        });
        Play.Run(setting, server, async scene =>
        {
            foreach (string path in from framing in Enum.GetNames<Framing>() from coding in (string[])["plain", "gzip", "zstd"] select $"/{framing}/{coding}")
            {
                List<int> elements = [];
                await foreach (int element in scene.Client.GetFromJsonAsAsyncEnumerable<int>(scene.To(path)))
                {
                    elements.Add(element);
                }

                Assert.Equal(Enumerable.Range(0, 3_000), elements);
            }
        });
    }

    [Fact]
    public void An_element_is_there_before_the_next_one_was_sent()
    {
        var scene = new BodyScene(Framing.Chunked);
        LoopDrive.Run(
            async loop =>
            {
                using var client = new PollHttpClient(loop);
                IAsyncEnumerator<int> elements = client.GetFromJsonAsAsyncEnumerable<int>("http://body.example/").GetAsyncEnumerator();
                ValueTask<bool> next = elements.MoveNextAsync();
                await scene.SettleAsync();
                scene.Write("[1,");
                for (int i = 1; i < 5; i++)
                {
                    Assert.True(await next);
                    Assert.Equal(i, elements.Current);
                    next = elements.MoveNextAsync();
                    await scene.SettleAsync();
                    Assert.False(next.IsCompleted);
                    scene.Write($"{i + 1},");
                }

                Assert.True(await next);
                scene.Write("6]");
                scene.End();
                Assert.True(await elements.MoveNextAsync());
                Assert.False(await elements.MoveNextAsync());
                await elements.DisposeAsync();
            },
            scene.Network);
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Leaving_in_the_middle_leaves_nothing(string setting)
    {
        byte[] many = Encoding.UTF8.GetBytes("[" + string.Join(", ", Enumerable.Range(0, 60_000)) + "]");
        Play.Run(setting, new ScriptedHttpServer(_ => Framed.Reply(Framing.Chunked, many)), async scene =>
        {
            await foreach (int element in scene.Client.GetFromJsonAsAsyncEnumerable<int>(scene.To("/")))
            {
                if (element == 5)
                {
                    break;
                }
            }

            await scene.AssertUsableAsync();
        });
    }

    [Fact]
    public void A_body_that_breaks_off_gives_its_elements_and_then_the_failure()
    {
        List<int> elements = [];
        var scene = new UploadScene(new ServerReply("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n[1,2,3,") { Then = AfterReply.End });

        Assert.Throws<PollHttpIOException>(() => Collect(scene, elements));
        Assert.Equal([1, 2, 3], elements);
    }

    [Fact]
    public void What_is_no_array_of_such_elements_is_an_exception_of_the_serializer()
    {
        List<int> elements = [];

        Assert.Throws<JsonException>(() => Collect(new UploadScene(ServerReply.Text("[1,2,\"three\"]")), elements));
        Assert.Throws<JsonException>(() => Collect(new UploadScene(ServerReply.Text("[1,2")), elements));
    }

    [Fact]
    public void A_failing_status_is_an_exception_before_any_element()
    {
        List<int> elements = [];

        Assert.Throws<HttpRequestException>(() => Collect(new UploadScene(ServerReply.Text("[1]", 500)), elements));
        Assert.Empty(elements);
    }

    [Fact]
    public void Another_encoding_is_read_too()
    {
        byte[] body = Encoding.Unicode.GetBytes("[\"ö\",\"☕\"]");
        byte[] head = Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-16\r\nContent-Length: {body.Length}\r\n\r\n");
        List<string> elements = [];

        Collect(new UploadScene(new ServerReply((byte[])[.. head, .. body])), elements);

        Assert.Equal(["ö", "☕"], elements);
    }

    private static void Collect<T>(UploadScene scene, List<T> elements) => scene.Run(async client =>
    {
        await foreach (T? element in client.GetFromJsonAsAsyncEnumerable<T>(UploadScene.Address))
        {
            elements.Add(element!);
        }

        return 0;
    });
}
