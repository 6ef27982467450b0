namespace PollHttp.Servers.Tests;

/// <summary>nginx: ends a connection with GOAWAY after so many requests, and answers without reading a content.</summary>
public sealed class NginxHttp2Server : Http2Origin
{
    /// <summary>How many requests one connection takes: far fewer than the 128 at a time that nginx offers, so that GOAWAY leaves most of them behind.</summary>
    public const int RequestsPerConnection = 30;

    protected override async Task StartCoreAsync()
    {
        WriteFiles();
        string temporary = Folder.MakeFolder("temporary");
        string locations = $$"""
            location / { }
            location = /early { return 200 "$request_method $content_length"; }
            """;
        string configuration = Folder.Write("nginx.conf", $$"""
            daemon off;
            worker_processes 1;
            pid {{Folder.PathOf("nginx.pid")}};
            events { worker_connections 256; }
            http {
                access_log off;
                keepalive_requests {{RequestsPerConnection}};
                client_max_body_size 0;
                root {{Folder.PathOf("www")}};
                client_body_temp_path {{temporary}}/1;
                proxy_temp_path {{temporary}}/2;
                fastcgi_temp_path {{temporary}}/3;
                uwsgi_temp_path {{temporary}}/4;
                scgi_temp_path {{temporary}}/5;
                server {
                    listen 127.0.0.1:{{Port}} http2;
                    {{locations}}
                }
                server {
                    listen 127.0.0.1:{{TlsPort}} ssl http2;
                    ssl_certificate {{CertificatePath}};
                    ssl_certificate_key {{KeyPath}};
                    {{locations}}
                }
            }
            """);
        await RunAsync(Port, "nginx", "-e", "stderr", "-c", configuration);
    }
}
