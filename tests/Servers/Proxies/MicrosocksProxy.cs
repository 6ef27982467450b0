namespace PollHttp.Servers.Tests;

/// <summary>microsocks: SOCKS5 with a user name and a password.</summary>
public sealed class MicrosocksProxy : ServerFixture
{
    protected override Task StartCoreAsync() =>
        RunAsync(Port, "microsocks", "-i", "127.0.0.1", "-p", $"{Port}", "-u", "user", "-P", "secret");
}
