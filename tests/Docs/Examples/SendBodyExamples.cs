using System.Net;
using System.Text;
using System.Text.Json.Serialization;
using PollHttp.Testing;

namespace PollHttp.Docs.Tests.Examples;

/// <summary>The examples of docs/send-a-body.md.</summary>
public sealed class SendBodyExamples : IDisposable
{
    private readonly string _path = Path.GetTempFileName();
    private readonly SimulatedNetwork _network = new();
    private readonly ScriptedHttpServer _server = new(_ => "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");

    public SendBodyExamples() => _network.Listen("api.example", 80, _server);

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Memory()
    {
        Order order = new("tea", 3);
        Run(async client =>
        {
            // example: send-memory
            using Response created = await client.PostAsJsonAsync("http://api.example/orders", order, OrderJson.Default.Order);
            created.EnsureSuccessStatusCode();

            RequestContent form = RequestContent.FromForm([new("name", "Ada"), new("note", "two words")]);
            using Response answered = await client.PostAsync("http://api.example/form", form);
            // end
        });

        Assert.Equal("{\"Item\":\"tea\",\"Count\":3}", _server.Requests[0].BodyText);
        Assert.Equal("name=Ada&note=two+words", _server.Requests[1].BodyText);
    }

    [Fact]
    public void A_file()
    {
        string path = _path;
        File.WriteAllBytes(path, new byte[300_000]);
        Run(async client =>
        {
            // example: send-file
            var progress = new Progress<UploadProgress>(p => Console.WriteLine($"{p.Fraction:P0}"));
            RequestContent content = RequestContent.FromFile(path, "application/zip").WithProgress(progress);
            using Response response = await client.PutAsync("http://api.example/files/1", content);
            // end
        });

        Assert.Equal(300_000, _server.Requests[0].Body.Length);
        Assert.Equal("300000", _server.Requests[0].Header("Content-Length"));
    }

    [Fact]
    public void Bytes_that_are_still_being_made()
    {
        Run(async client =>
        {
            // example: send-written
            RequestContent report = RequestContent.FromWriter(async (writer, token) =>
            {
                for (int line = 1; line <= 1000; line++)
                {
                    Encoding.UTF8.GetBytes($"{line}: {line * line}\n", writer);
                    await writer.FlushAsync(token);
                }
            });
            report.ContentType = "text/plain; charset=utf-8";
            using Response response = await client.PostAsync("http://api.example/reports", report);
            // end
        });

        Assert.EndsWith("\n1000: 1000000\n", _server.Requests[0].BodyText, StringComparison.Ordinal);
        Assert.Equal("chunked", _server.Requests[0].Header("Transfer-Encoding"));
    }

    [Fact]
    public void A_form_with_files()
    {
        string path = _path;
        File.WriteAllText(path, "a picture");
        Run(async client =>
        {
            // example: send-multipart
            MultipartForm upload = new MultipartForm()
                .Add("title", "At the lake")
                .AddFile("photo", path, "image/jpeg", fileName: "lake.jpg");
            using Response response = await client.PostAsync("http://api.example/photos", upload);
            // end
        });

        Assert.Contains("filename=\"lake.jpg\"\r\nContent-Type: image/jpeg\r\n\r\na picture\r\n--", _server.Requests[0].BodyText, StringComparison.Ordinal);
    }

    [Fact]
    public void Asking_first()
    {
        _network.Listen("careful.example", 80, new Refusing());
        using MemoryStream big = new(new byte[1_000_000]);
        Run(async client =>
        {
            // example: send-expect
            var request = new Request("PUT", "http://careful.example/files/2")
            {
                Content = RequestContent.FromStream(big),
                Headers = { { "Expect", "100-continue" } },
            };
            using Response response = await client.SendAsync(request);
            if (response.StatusCode == HttpStatusCode.RequestEntityTooLarge)
            {
                Console.WriteLine($"Too large, said the server after {big.Position} bytes.");
            }
            // end

            Assert.Equal((HttpStatusCode.RequestEntityTooLarge, 0L), (response.StatusCode, big.Position));
        });
    }

    [Fact]
    public void A_content_of_ones_own()
    {
        Run(async client =>
        {
            using Response response = await client.PostAsync("http://api.example/countdown", new Countdown(3));
        });

        Assert.Equal("3\n2\n1\n0\n", _server.Requests[0].BodyText);
    }

    private void Run(Func<PollHttpClient, Task> example) => PollLoop.Run(
        async loop =>
        {
            await using PollHttpClient client = new(loop);
            await example(client);
        },
        _network);

    /// <summary>Takes no content, as it says after the head.</summary>
    private sealed class Refusing : IServerScript
    {
        public void OnConnected(ServerPeer peer)
        {
        }

        public void OnReceived(ServerPeer peer)
        {
            Assert.EndsWith("\r\n\r\n", Encoding.Latin1.GetString(peer.Received), StringComparison.Ordinal);
            peer.Consume(peer.Received.Length);
            peer.Send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            peer.End();
        }

        public void OnTimer(ServerPeer peer, int token)
        {
        }

        public void OnEnd(ServerPeer peer) => peer.Close();
    }
}

// example: send-own
internal sealed class Countdown(int from) : RequestContent
{
    public override bool IsReplayable => true;

    public override async ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default)
    {
        for (int i = from; i >= 0; i--)
        {
            await sink.WriteAsync(Encoding.ASCII.GetBytes($"{i}\n"));
        }
    }
}
// end

internal sealed record Order(string Item, int Count);

[JsonSerializable(typeof(Order))]
internal sealed partial class OrderJson : JsonSerializerContext;
