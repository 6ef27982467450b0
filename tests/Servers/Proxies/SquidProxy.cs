namespace PollHttp.Servers.Tests;

/// <summary>Squid: a forward proxy with Basic authentication, absolute form and CONNECT.</summary>
public sealed class SquidProxy : ServerFixture
{
    protected override async Task StartCoreAsync()
    {
        Folder.Write("passwords", $"user:{Apr1("secret")}\n");
        string configuration = Folder.Write("squid.conf", $"""
            http_port 127.0.0.1:{Port}
            pid_filename none
            access_log none
            cache_log /dev/stderr
            cache deny all
            pinger_enable off
            shutdown_lifetime 0 seconds
            coredump_dir {Folder.Path}
            auth_param basic program /usr/lib/squid/basic_ncsa_auth {Folder.PathOf("passwords")}
            auth_param basic realm proxy
            acl known proxy_auth REQUIRED
            http_access allow known
            http_access deny all
            """);
        await RunAsync(Port, "squid", "-N", "-f", configuration);
    }

    private static string Apr1(string password)
    {
        using System.Diagnostics.Process openssl = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("openssl", ["passwd", "-apr1", password]) { RedirectStandardOutput = true })!;
        return openssl.StandardOutput.ReadToEnd().Trim();
    }
}
