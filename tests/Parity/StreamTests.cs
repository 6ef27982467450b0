namespace PollHttp.Parity;

public sealed class StreamTests
{
    public static TheoryData<string> Replies =>
    [
        "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\nhello world<close>",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ];

    private static Task OnStreamAsync(string reply, Func<Stream, Observation, Task> look, Difference? known = null) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(reply);
        using HttpResponseMessage response = await subject.Client().GetAsync(server.Uri(), HttpCompletionOption.ResponseHeadersRead);
        Stream stream = await response.Content.ReadAsStreamAsync();
        await look(stream, seen);
    }, known);

    [Theory]
    [Trait("parity", "P-128")]
    [MemberData(nameof(Replies))]
    public Task Abilities(string reply) => OnStreamAsync(reply, (stream, seen) =>
    {
        seen.Note("can", $"{stream.CanRead} {stream.CanWrite} {stream.CanSeek} {stream.CanTimeout}");
        seen.Try("length", () => seen.Note("length", stream.Length));
        seen.Try("position", () => seen.Note("position", stream.Position));
        seen.Try("set position", () => stream.Position = 0);
        seen.Try("seek", () => stream.Seek(0, SeekOrigin.Begin));
        seen.Try("set length", () => stream.SetLength(0));
        seen.Try("read timeout", () => stream.ReadTimeout = 1);
        seen.Try("write", () => stream.Write([1], 0, 1));
        seen.Try("write span", () => stream.Write(new byte[1].AsSpan()));
        seen.Try("write byte", () => stream.WriteByte(1));
        seen.Try("write async", () => { _ = stream.WriteAsync([1], 0, 1); });
        seen.Try("write memory", () => { _ = stream.WriteAsync(new byte[1].AsMemory()); });
        seen.Try("begin write", () => stream.BeginWrite([1], 0, 1, null, null));
        seen.Try("flush", stream.Flush);
        seen.Note("flush async", stream.FlushAsync().IsCompletedSuccessfully);
        stream.Dispose();
        return Task.CompletedTask;
    });

    [Theory]
    [Trait("parity", "P-128")]
    [MemberData(nameof(Replies))]
    public Task Argument_checks(string reply) => OnStreamAsync(reply, (stream, seen) =>
    {
        byte[] buffer = new byte[4];
        seen.Try("null", () => stream.Read(null!, 0, 1));
        seen.Try("negative offset", () => stream.Read(buffer, -1, 1));
        seen.Try("negative count", () => stream.Read(buffer, 0, -1));
        seen.Try("too much", () => stream.Read(buffer, 2, 3));
        seen.Try("async null", () => { _ = stream.ReadAsync(null!, 0, 1); });
        seen.Try("async negative offset", () => { _ = stream.ReadAsync(buffer, -1, 1); });
        seen.Try("async negative count", () => { _ = stream.ReadAsync(buffer, 0, -1); });
        seen.Try("async too much", () => { _ = stream.ReadAsync(buffer, 2, 3); });
        seen.Try("begin null", () => stream.BeginRead(null!, 0, 1, null, null));
        seen.Try("begin negative", () => stream.BeginRead(buffer, -1, 1, null, null));
        seen.Try("begin too much", () => stream.BeginRead(buffer, 2, 3, null, null));
        seen.Try("end null", () => stream.EndRead(null!));
        seen.Try("copy null", () => stream.CopyTo(null!));
        seen.Try("copy size", () => stream.CopyTo(new MemoryStream(), 0));
        seen.Try("copy negative", () => stream.CopyTo(new MemoryStream(), -1));
        seen.Try("copy to read-only", () => stream.CopyTo(new MemoryStream(new byte[1], writable: false)));
        seen.Try("copy async null", () => { _ = stream.CopyToAsync(null!); });
        seen.Try("copy async size", () => { _ = stream.CopyToAsync(new MemoryStream(), 0); });
        seen.Try("copy async to read-only", () => { _ = stream.CopyToAsync(new MemoryStream(new byte[1], writable: false)); });
        MemoryStream disposed = new();
        disposed.Dispose();
        seen.Try("copy to disposed", () => stream.CopyTo(disposed));
        seen.Try("copy async to disposed", () => { _ = stream.CopyToAsync(disposed); });
        return Task.CompletedTask;
    });

    [Theory]
    [Trait("parity", "P-128")]
    [MemberData(nameof(Replies))]
    public Task All_ways_to_read_mix(string reply) => OnStreamAsync(reply, async (stream, seen) =>
    {
        byte[] buffer = new byte[2];
        seen.Note("byte", stream.ReadByte());
        seen.Note("empty", stream.Read([], 0, 0));
        seen.Note("array", stream.Read(buffer, 1, 1));
        seen.Note("span", stream.Read(buffer.AsSpan(0, 1)));
        seen.Note("async", await stream.ReadAsync(buffer, 0, 1));
        seen.Note("memory", await stream.ReadAsync(buffer.AsMemory(0, 1)));
        seen.Note("begin", stream.EndRead(stream.BeginRead(buffer, 0, 1, null, null)));
        seen.Note("begin", await Task.Factory.FromAsync(stream.BeginRead, stream.EndRead, buffer, 0, 1, null));
        MemoryStream rest = new();
        await stream.CopyToAsync(rest);
        seen.Note("rest", Encoding.ASCII.GetString(rest.ToArray()));
        seen.Note("end", $"{stream.ReadByte()} {stream.Read(buffer, 0, 2)} {await stream.ReadAsync(buffer)} {stream.ReadByte()}");
        stream.CopyTo(rest);
        seen.Note("copied", rest.Length);
    });

    [Theory]
    [Trait("parity", "P-028")]
    [MemberData(nameof(Replies))]
    public Task After_dispose(string reply) => OnStreamAsync(reply, async (stream, seen) =>
    {
        stream.Dispose();
        byte[] buffer = new byte[2];
        seen.Try("read", () => seen.Note("read", stream.Read(buffer, 0, 1)));
        seen.Try("byte", () => seen.Note("byte", stream.ReadByte()));
        await seen.TryAsync("async", async () => seen.Note("async", await stream.ReadAsync(buffer)));
        await seen.TryAsync("copy", () => stream.CopyToAsync(new MemoryStream()));
        seen.Try("flush", stream.Flush);
        seen.Try("twice", stream.Dispose);
    }, new Difference("reading after dispose", "read", "byte", "async", "copy"));

    [Fact]
    [Trait("parity", "P-128")]
    public Task The_same_stream_every_time() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        using HttpResponseMessage response = await subject.Client().GetAsync(server.Uri(), HttpCompletionOption.ResponseHeadersRead);
        Stream one = await response.Content.ReadAsStreamAsync();
        seen.Note("same", ReferenceEquals(one, await response.Content.ReadAsStreamAsync()));
        seen.Try("synchronously", () => response.Content.ReadAsStream());
        await seen.TryAsync("string", async () => seen.Note("string", await response.Content.ReadAsStringAsync()));
    });

    [Fact]
    [Trait("parity", "P-128")]
    public Task Copying_the_content_twice() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        using HttpResponseMessage response = await subject.Client().GetAsync(server.Uri(), HttpCompletionOption.ResponseHeadersRead);
        await response.Content.CopyToAsync(new MemoryStream());
        await seen.TryAsync("again", () => response.Content.CopyToAsync(new MemoryStream()));
        await seen.TryAsync("stream", async () => seen.Note("stream", (await response.Content.ReadAsStreamAsync()).CanRead));
    });

    [Fact]
    [Trait("parity", "P-021")]
    public Task Buffering_stops_at_the_clients_limit() => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world");
        HttpClient client = subject.Client();
        client.MaxResponseContentBufferSize = 5;
        await seen.TryAsync("error", async () => (await client.GetAsync(server.Uri())).Dispose());
        await seen.TryAsync("string error", async () => await client.GetStringAsync(server.Uri()));
    });

    [Theory]
    [Trait("parity", "P-086")]
    [MemberData(nameof(Replies))]
    public Task Content_read_synchronously(string reply) => Compare.RunAsync(async (subject, seen) =>
    {
        await using RawServer server = RawServer.Replying(reply);
        using HttpResponseMessage response = await subject.Client().GetAsync(server.Uri(), HttpCompletionOption.ResponseHeadersRead);
        using Stream stream = response.Content.ReadAsStream();
        using StreamReader reader = new(stream);
        seen.Note("text", reader.ReadToEnd());
    });
}
