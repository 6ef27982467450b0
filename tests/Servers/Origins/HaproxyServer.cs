namespace PollHttp.Servers.Tests;

/// <summary>HAProxy: a strict parser of requests, canned answers, connections that it closes when they are idle.</summary>
public sealed class HaproxyServer : ServerFixture
{
    public int ImpatientPort { get; } = ServerFolder.FreePort();

    protected override async Task StartCoreAsync()
    {
        string configuration = Folder.Write("haproxy.cfg", $$"""
            global
                maxconn 200
            defaults
                mode http
                timeout client 20s
                timeout server 20s
                timeout connect 5s
            frontend main
                bind 127.0.0.1:{{Port}}
                http-request return status 200 content-type text/plain lf-string "%[method] %[path] %[req.hdr(host)] %[req.body_len]" if { path /echo }
                http-request return status 503 content-type text/plain hdr Retry-After 7 string "busy" if { path /busy }
                http-request return status 413 content-type text/plain string "too much" if { path /refuse }
                http-request return status 200 content-type text/plain string "ok"
            frontend impatient
                bind 127.0.0.1:{{ImpatientPort}}
                timeout http-keep-alive 1ms
                http-request return status 200 content-type text/plain string "ok"

            """);
        await RunAsync(Port, "haproxy", "-db", "-f", configuration);
    }
}
