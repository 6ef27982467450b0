using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PollHttp.Compare;

/// <summary>nginx in one process, for what it can answer without a program behind it. Faster than Kestrel: it is seldom what is waited for.</summary>
internal sealed class NginxServer : IDisposable
{
    private readonly Process _process;

    private NginxServer(Process process, int port, int tlsPort)
    {
        _process = process;
        Port = port;
        TlsPort = tlsPort;
    }

    public int Port { get; }

    public int TlsPort { get; }

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
        int port = FreePort();
        int tlsPort = FreePort();
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
                listen 127.0.0.1:{{Number(port)}} backlog=4096;
                listen 127.0.0.1:{{Number(tlsPort)}} ssl backlog=4096;
                ssl_certificate {{folder}}/certificate.pem; ssl_certificate_key {{folder}}/key.pem;
                location = /hello { default_type text/plain; return 200 "Hello, World!"; }
                location = /json { root {{folder}}/www; default_type application/json; }
              }
            }
            """);
        ProcessStartInfo info = new(Path()!, ["-e", "stderr", "-c", configuration]);
        Process process = Pinning.On(Pinning.ServerCores, () => Process.Start(info)!);
        WaitUntilListening(port);
        return new(process, port, tlsPort);
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
