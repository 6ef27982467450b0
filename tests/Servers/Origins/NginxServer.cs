using System.Security.Cryptography.X509Certificates;

namespace PollHttp.Servers.Tests;

/// <summary>nginx: files, ranges, gzip, abrupt closes, slow bodies, Basic, TLS with client certificates.</summary>
public sealed class NginxServer : ServerFixture
{
    public int TlsPort { get; } = ServerFolder.FreePort();

    public string TlsOrigin => $"https://localhost:{TlsPort}";

    internal TestCertificates Certificates { get; } = new();

    internal byte[] Digits { get; } = [.. Enumerable.Range(0, 200_000).Select(static i => (byte)('0' + (i % 10)))];

    protected override async Task StartCoreAsync()
    {
        Folder.Write("www/digits.txt", Digits);
        Folder.Write("www/words.html", string.Concat(Enumerable.Repeat("<p>the same words again and again</p>\n", 2_000)));
        Folder.Write("passwords", "user:{PLAIN}secret\n");
        Folder.Write("server.pem", Certificates.Server.ExportCertificatePem());
        Folder.Write("server.key", TestCertificates.KeyPem(Certificates.Server));
        Folder.Write("authority.pem", Certificates.AuthorityPem);
        string temporary = Folder.MakeFolder("temporary");
        string configuration = Folder.Write("nginx.conf", $$"""
            daemon off;
            worker_processes 1;
            pid {{Folder.PathOf("nginx.pid")}};
            events { worker_connections 256; }
            http {
                access_log off;
                types { text/html html; text/plain txt; }
                root {{Folder.PathOf("www")}};
                client_body_temp_path {{temporary}}/1;
                proxy_temp_path {{temporary}}/2;
                fastcgi_temp_path {{temporary}}/3;
                uwsgi_temp_path {{temporary}}/4;
                scgi_temp_path {{temporary}}/5;
                add_header X-Connection $connection always;
                server {
                    listen 127.0.0.1:{{Port}};
                    location / { }
                    location = /words.html { gzip on; gzip_min_length 1; }
                    location = /vanish { return 444; }
                    location = /moved { return 302 /digits.txt; }
                    location = /twice { keepalive_requests 2; return 200 "twice"; }
                    location = /slow.txt { alias {{Folder.PathOf("www/digits.txt")}}; limit_rate 400k; }
                    location = /endless.txt { alias {{Folder.PathOf("www/digits.txt")}}; limit_rate 1k; }
                    location = /private { auth_basic "private"; auth_basic_user_file {{Folder.PathOf("passwords")}}; try_files /digits.txt =404; }
                }
                server {
                    listen 127.0.0.1:{{TlsPort}} ssl;
                    ssl_certificate {{Folder.PathOf("server.pem")}};
                    ssl_certificate_key {{Folder.PathOf("server.key")}};
                    ssl_client_certificate {{Folder.PathOf("authority.pem")}};
                    ssl_verify_client optional;
                    location = /who { return 200 "$ssl_client_verify $ssl_client_s_dn $ssl_session_reused"; }
                    location / { }
                }
            }
            """);
        await RunAsync(Port, "nginx", "-e", "stderr", "-c", configuration);
    }
}
