namespace PollHttp.Servers.Tests;

/// <summary>HAProxy: a strict parser, few streams at a time, canned answers, and files of an nghttpd behind it.</summary>
public sealed class HaproxyHttp2Server : Http2Origin
{
    private readonly int _portBehind = ServerFolder.FreePort();

    protected override async Task StartCoreAsync()
    {
        WriteFiles();
        string both = Folder.Write("both.pem", await File.ReadAllTextAsync(CertificatePath) + "\n" + await File.ReadAllTextAsync(KeyPath));
        string configuration = Folder.Write("haproxy.cfg", $$"""
            global
                maxconn 200
                tune.h2.max-concurrent-streams 7
            defaults
                mode http
                timeout client 20s
                timeout server 20s
                timeout connect 5s
            frontend main
                bind 127.0.0.1:{{Port}} proto h2
                bind 127.0.0.1:{{TlsPort}} ssl crt {{both}} alpn h2,http/1.1
                http-request wait-for-body time 20s if { method POST }
                http-request return status 200 content-type text/plain lf-string "%[method] %[req.body_len]" if { path /echo }
                http-request return status 200 content-type text/plain string "ok" if { path / }
                default_backend files
            backend files
                server nghttpd 127.0.0.1:{{_portBehind}} proto h2

            """);
        await RunAsync(
            _portBehind, "nghttpd", "--address=127.0.0.1", "--echo-upload", "--trailer=x-sum: done", "-d", Folder.PathOf("www"), "--no-tls", $"{_portBehind}");
        await RunAsync(Port, "haproxy", "-W", "-db", "-f", configuration);
    }
}
