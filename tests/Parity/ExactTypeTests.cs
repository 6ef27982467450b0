using System.Net.Sockets;
using System.Security.Authentication;
using PollHttp.Core;

namespace PollHttp.Parity;

/// <summary>Types and kinds of errors as code asks for them, and the fault of ours inside. <see cref="Observation"/> compares the exact type of
/// each exception in all other tests too.</summary>
public sealed class ExactTypeTests
{
    public static TheoryData<string> Ways => ["refused", "name", "not TLS", "certificate", "empty", "cut head", "invalid", "too large", "reset", "connect timeout"];

    [Theory]
    [MemberData(nameof(Ways))]
    public Task A_request_fails_alike(string way) => Compare.RunAsync(async (subject, seen) => seen.Note("error", await FailAsync(subject, way, isSync: false)), KnownOf(way));

    [Theory]
    [MemberData(nameof(Ways))]
    public Task A_synchronous_request_fails_alike(string way) =>
        Compare.RunAsync(async (subject, seen) => seen.Note("error", await FailAsync(subject, way, isSync: true)), KnownOf(way));

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task The_fault_is_inside(string way)
    {
        using Subject subject = new(isOurs: true);
        Exception error = await FailAsync(subject, way, isSync: false);
        Assert.Equal(way == "connect timeout" ? typeof(TaskCanceledException) : typeof(HttpRequestException), error.GetType());
        Exception[] inside = [.. Inside(error)];
        switch (way)
        {
            case "connect timeout":
                Assert.Equal("System.Private.CoreLib", error.Source); // which the standard resilience handler asks for
                Assert.Equal(typeof(TimeoutException), error.InnerException!.GetType());
                Assert.Equal(TimerKind.Connect, Assert.Single(inside.OfType<RequestTimeoutException>()).Timer);
                break;
            case "empty" or "cut head" or "reset":
                Assert.IsAssignableFrom<IOException>(error.InnerException);
                Assert.True(Assert.IsType<PollHttpIOException>(error.InnerException).Fault.Exists);
                break;
            default:
                Assert.True(Assert.IsType<PollHttpException>(error.InnerException).Fault.Exists);
                break;
        }

        Assert.Equal(way is "refused" or "name", inside.OfType<SocketException>().Any() && way != "reset");
        Assert.Equal(way is "not TLS" or "certificate", inside.OfType<AuthenticationException>().Any());
    }

    [Theory]
    [InlineData("Content-Length: 10\r\n\r\nhi", false)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\nx\r\n", false)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nbad\r\n\r\n", true)]
    public async Task A_body_fails_with_the_fault_inside(string rest, bool inTrailers)
    {
        await using RawServer server = RawServer.Replying("HTTP/1.1 200 OK\r\n" + rest + RawServer.Close);
        using HttpClient client = new(new PollHttpHandler { UseProxy = false });
        foreach (Func<Stream, Task> read in (Func<Stream, Task>[])[
            static stream => stream.CopyToAsync(Stream.Null),
            static stream => Task.Run(() => stream.CopyTo(Stream.Null)),
            static async stream => { while (await stream.ReadAsync(new byte[100]) > 0) { } },
            static async stream => { while (await Task.Factory.FromAsync(stream.BeginRead, stream.EndRead, new byte[100], 0, 100, null) > 0) { } },
            static stream => Task.Run(() => { while (stream.ReadByte() >= 0) { } })])
        {
            await using Stream stream = await client.GetStreamAsync(server.Uri());
            Exception error = await Assert.ThrowsAnyAsync<Exception>(() => read(stream));
            Assert.Equal(inTrailers ? typeof(HttpRequestException) : typeof(HttpIOException), error.GetType());
            Assert.True(inTrailers ? ((PollHttpException)error.InnerException!).Fault.Exists : ((PollHttpIOException)error.InnerException!).Fault.Exists);
            Assert.DoesNotContain(") (", error.Message, StringComparison.Ordinal); // the kind of error is added once
            Exception again = await Assert.ThrowsAnyAsync<Exception>(() => stream.ReadAsync(new byte[100]).AsTask());
            Assert.Equal(error.GetType(), again.GetType());
        }

        Assert.Equal(typeof(HttpRequestException), (await Assert.ThrowsAnyAsync<Exception>(() => client.GetStringAsync(server.Uri()))).GetType());
    }

    private static Difference? KnownOf(string way) => way == "reset" ? new Difference("connections that break", "error") : null;

    private static async Task<Exception> FailAsync(Subject subject, string way, bool isSync)
    {
        await using RawServer server = way is "certificate"
            ? RawServer.Replying(new System.Net.Security.SslServerAuthenticationOptions { ServerCertificate = Certificates.Localhost }, "")
            : new(async connection =>
            {
                if (way == "not TLS")
                {
                    await connection.WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
                    await connection.WaitForEndAsync();
                    return;
                }

                await connection.ReadRequestAsync();
                switch (way)
                {
                    case "reset":
                        connection.Reset();
                        return;
                    case "cut head":
                        await connection.WriteAsync("HTTP/1.1 200 OK\r\nX:");
                        break;
                    case "invalid":
                        await connection.WriteAsync("HTTP/1.1 2x0 OK\r\n\r\n");
                        break;
                    case "too large":
                        await connection.WriteAsync($"HTTP/1.1 200 OK\r\nX: {new string('x', 70_000)}\r\n\r\n");
                        break;
                }

                connection.Close();
            });
        HttpClient client = way == "connect timeout"
            ? subject.Client(
                (nameof(SocketsHttpHandler.ConnectTimeout), TimeSpan.FromMilliseconds(1)),
                (nameof(SocketsHttpHandler.ConnectCallback), (Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>)(static async (_, token) =>
                {
                    await Task.Delay(Timeout.Infinite, token);
                    return Stream.Null;
                })))
            : subject.Client();
        Uri uri = way switch
        {
            "refused" => new("http://127.0.0.1:1/"),
            "name" => new("http://nosuch.invalid/"),
            "not TLS" => new($"https://127.0.0.1:{server.Port}/"),
            _ => server.Uri(),
        };
        return await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using HttpRequestMessage request = new(HttpMethod.Get, uri);
            using HttpResponseMessage response = isSync ? await Task.Run(() => client.Send(request)) : await client.SendAsync(request);
        });
    }

    private static IEnumerable<Exception> Inside(Exception error)
    {
        for (Exception? inner = error.InnerException; inner is not null; inner = inner.InnerException)
        {
            yield return inner;
        }
    }
}
