namespace PollHttp.Servers.Tests;

/// <summary>Node's http2: contents and trailers go both ways at once, and a connection ends with GOAWAY after so many requests.</summary>
public sealed class NodeServer : Http2Origin
{
    /// <summary>How many requests one connection takes.</summary>
    public const int RequestsPerConnection = 100;

    protected override async Task StartCoreAsync()
    {
        WriteFiles();
        string program = Folder.Write("server.mjs", await File.ReadAllTextAsync(ProgramFile("node/server.mjs")));
        await RunAsync(Port, "node", program, $"{Port}", $"{TlsPort}", Folder.Path, $"{RequestsPerConnection}");
    }
}
