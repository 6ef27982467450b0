using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PollHttp.Compare;

/// <summary>nginx in one process, for what it can answer without a program behind it. Faster than Kestrel: it is seldom what is waited for.</summary>
internal sealed class NginxServer : IDisposable
{
    private readonly Process _process;

    private NginxServer(Process process, int[] ports)
    {
        _process = process;
        Ports = ports;
    }

    /// <summary>http, https, and the same in HTTP/2.</summary>
    public int[] Ports { get; }

    /// <summary>The version, or null when there is none installed.</summary>
    public static string? Version()
    {
        if (Path() is not { } path)
        {
            return null;
        }

        using Process process = Process.Start(new ProcessStartInfo(path, "-v") { RedirectStandardError = true })!;
        string text = process.StandardError.ReadToEnd().Trim();
        process.WaitForExit();
        return text[(text.LastIndexOf('/') + 1)..];
    }

    public static NginxServer Start(string folder)
    {
        int[] ports = [.. Enumerable.Range(0, 4).Select(_ => FreePort())];
        Directory.CreateDirectory(System.IO.Path.Combine(folder, "www"));
        File.WriteAllBytes(System.IO.Path.Combine(folder, "www", "json"), JsonItems.Text);
        string configuration = System.IO.Path.Combine(folder, "nginx.conf");
        string temporary = string.Concat(new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(n => $"{n}_temp_path {folder}/{n};\n"));
        File.WriteAllText(configuration, $$"""
            daemon off; master_process off; worker_processes 1; worker_rlimit_nofile 30000;
            pid {{folder}}/pid; error_log stderr error;
            events { worker_connections 15000; }
            http {
              access_log off; keepalive_requests 2000000000; keepalive_timeout 600; client_header_timeout 600;
              {{temporary}}
              server {
                listen 127.0.0.1:{{Number(ports[0])}} backlog=4096;
                listen 127.0.0.1:{{Number(ports[1])}} ssl backlog=4096;
                listen 127.0.0.1:{{Number(ports[2])}} http2 backlog=4096;
                listen 127.0.0.1:{{Number(ports[3])}} ssl http2 backlog=4096;
                ssl_certificate {{folder}}/certificate.pem; ssl_certificate_key {{folder}}/key.pem;
                location = /hello { default_type text/plain; return 200 "Hello, World!"; }
                location = /json { root {{folder}}/www; default_type application/json; }
              }
            }
            """);
        ProcessStartInfo info = new(Path()!, ["-e", "stderr", "-c", configuration]);
        Process process = Pinning.On(Pinning.ServerCores, () => Process.Start(info)!);
        WaitUntilListening(ports[0]);
        return new(process, ports);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string? Path() => new[] { "/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx", "/opt/homebrew/bin/nginx" }.FirstOrDefault(File.Exists);

    private static string Number(int port) => port.ToString(CultureInfo.InvariantCulture);

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static void WaitUntilListening(int port)
    {
        for (int attempt = 0; ; attempt++)
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Connect(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (attempt < 100)
            {
                Thread.Sleep(50);
            }
        }
    }
}
