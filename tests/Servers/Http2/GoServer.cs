using System.Diagnostics;

namespace PollHttp.Servers.Tests;

/// <summary>Go's net/http, compiled here: contents and trailers go both ways at once, and a connection ends with GOAWAY after so many requests.</summary>
public sealed class GoServer : Http2Origin
{
    /// <summary>A file of the package that has HTTP/2 without TLS.</summary>
    internal const string Package = SourceFolder + "/src/golang.org/x/net/http2/h2c/h2c.go";

    /// <summary>How many requests one connection takes.</summary>
    public const int RequestsPerConnection = 100;

    private const string SourceFolder = "/usr/share/gocode";

    protected override async Task StartCoreAsync()
    {
        WriteFiles();
        string program = Folder.PathOf("server");
        if (!File.Exists(program))
        {
            await BuildAsync(program);
        }

        await RunAsync(Port, program, $"{Port}", $"{TlsPort}", Folder.Path, $"{RequestsPerConnection}");
    }

    private async Task BuildAsync(string program)
    {
        ProcessStartInfo start = new("go", ["build", "-o", program, ProgramFile("go/main.go")])
        {
            RedirectStandardError = true,
            Environment = { ["GO111MODULE"] = "off", ["GOPATH"] = SourceFolder, ["GOFLAGS"] = "" },
        };
        using Process process = Process.Start(start)!;
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, errors);
    }
}
