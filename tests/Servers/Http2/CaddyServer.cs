namespace PollHttp.Servers.Tests;

/// <summary>Caddy: Go's server of HTTP/2, and its proxy with an nghttpd behind it. It answers a content at once, or reads it before it sends it back.</summary>
public sealed class CaddyServer : Http2Origin
{
    private readonly int _portBehind = ServerFolder.FreePort();

    protected override async Task StartCoreAsync()
    {
        WriteFiles();
        Folder.Write("www/behind", "behind");
        string configuration = Folder.Write("Caddyfile", $$"""
            {
                admin off
                auto_https off
                servers {
                    protocols h1 h2 h2c
                }
            }
            (site) {
                root * {{Folder.PathOf("www")}}
                respond /early "{http.request.method} {http.request.header.content-length}"
                respond /echo "{http.request.body}"
                reverse_proxy /behind h2c://127.0.0.1:{{_portBehind}}
                file_server
            }
            http://127.0.0.1:{{Port}} {
                import site
            }
            https://localhost:{{TlsPort}} {
                bind 127.0.0.1
                tls {{CertificatePath}} {{KeyPath}}
                import site
            }

            """);
        await RunAsync(
            _portBehind, "nghttpd", "--address=127.0.0.1", "--echo-upload", "--trailer=x-sum: done", "-d", Folder.PathOf("www"), "--no-tls", $"{_portBehind}");
        await RunAsync(Port, "caddy", "run", "--adapter", "caddyfile", "--config", configuration);
    }
}
