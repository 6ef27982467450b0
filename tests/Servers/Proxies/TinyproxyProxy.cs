namespace PollHttp.Servers.Tests;

/// <summary>tinyproxy: a forward proxy with Basic authentication.</summary>
public sealed class TinyproxyProxy : ServerFixture
{
    protected override async Task StartCoreAsync()
    {
        string configuration = Folder.Write("tinyproxy.conf", $"""
            Port {Port}
            Listen 127.0.0.1
            Timeout 60
            MaxClients 50
            BasicAuth user secret
            """);
        await RunAsync(Port, "tinyproxy", "-d", "-c", configuration);
    }
}
