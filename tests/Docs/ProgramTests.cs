using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PollHttp.Docs.Tests;

/// <summary>Runs the programs of the pages, as they stand, against a server on the loopback.</summary>
public sealed class ProgramTests
{
    public static TheoryData<string, string, string[]> Programs => new()
    {
        { "README.md", "start", ["200, 11 bytes in "] },
        { "README.md", "run", ["0 of 1000 failed"] },
        { "README.md", "sync", ["hello pages"] },
        { "README.md", "swap-handler", ["hello pages"] },
        { "docs/getting-started.md", "getting-started", ["11 characters", "text/plain, 11 bytes", "200"] },
        { "docs/bulk-fetching.md", "bulk", ["200        11 http://"] },
        { "docs/dependency-injection.md", "di-factory", ["https://catalog.example/"] },
        { "docs/dependency-injection.md", "di-client", ["00:00:20", "00:05:00"] },
        { "src/Async/PACKAGE.md", "package-async", ["hello pages"] },
        { "src/Testing/PACKAGE.md", "package-testing", ["hello"] },
        { "src/Extensions/PACKAGE.md", "package-extensions", ["00:01:40, 00:00:10"] },
    };

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_program_of_a_page_runs(string page, string name, string[] printed)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = ServeAsync(listener);
        string code = ExampleTests.ProgramOf(page, name);

        string output = await Program.RunAsync(name, code, $"http://{listener.LocalEndpoint}/");

        Assert.All(printed, line => Assert.Contains(line, output, StringComparison.Ordinal));
        listener.Stop();
        await serving;
    }

    private static async Task ServeAsync(TcpListener listener)
    {
        List<Task> clients = [];
        try
        {
            while (true)
            {
                clients.Add(AnswerAsync(await listener.AcceptTcpClientAsync()));
            }
        }
        catch (Exception stopped) when (stopped is SocketException or InvalidOperationException)
        {
            // While one is awaited, or between two.
            await Task.WhenAll(clients);
        }
    }

    private static async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            using StreamReader reader = new(client.GetStream(), Encoding.ASCII);
            while (await ReadLineAsync(reader) is { Length: > 0 } request)
            {
                while (await ReadLineAsync(reader) is { Length: > 0 })
                {
                }

                string body = request.StartsWith("HEAD", StringComparison.Ordinal) ? "" : "hello pages";
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 11\r\n\r\n" + body));
            }
        }
    }

    private static async Task<string?> ReadLineAsync(StreamReader reader)
    {
        try
        {
            return await reader.ReadLineAsync();
        }
        catch (IOException)
        {
            return null; // the client reset the connection
        }
    }
}
