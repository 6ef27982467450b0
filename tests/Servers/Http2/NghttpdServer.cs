namespace PollHttp.Servers.Tests;

/// <summary>nghttpd, the server of nghttp2: echoes contents, and sends trailers.</summary>
public sealed class NghttpdServer : Http2Origin
{
    protected override async Task StartCoreAsync()
    {
        WriteFiles();
        string[] common = ["--address=127.0.0.1", "--echo-upload", "--trailer=x-sum: done", "-d", Folder.PathOf("www")];
        await RunAsync(Port, "nghttpd", [.. common, "--no-tls", $"{Port}"]);
        await RunAsync(TlsPort, "nghttpd", [.. common, $"{TlsPort}", KeyPath, CertificatePath]);
    }
}
