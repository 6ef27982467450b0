using System.Globalization;

namespace PollHttp.Compare;

/// <summary>The servers of a run, each in a process of its own on the cores the clients don't use.</summary>
internal sealed class ServerSet : IDisposable
{
    private readonly string _folder;
    private readonly Child _kestrel;
    private readonly NginxServer? _nginx;
    private readonly int _port;
    private readonly int _tlsPort;

    private ServerSet(string folder, Child kestrel, string ports, NginxServer? nginx)
    {
        _folder = folder;
        _kestrel = kestrel;
        _nginx = nginx;
        string[] parts = ports.Split(' ');
        _port = int.Parse(parts[0], CultureInfo.InvariantCulture);
        _tlsPort = int.Parse(parts[1], CultureInfo.InvariantCulture);
    }

    /// <summary>Which server answers the small requests.</summary>
    public string Name => _nginx is null ? "Kestrel" : $"nginx {NginxServer.Version()}";

    public static async Task<ServerSet> StartAsync(bool kestrelOnly)
    {
        string folder = Directory.CreateTempSubdirectory("pollhttp-compare-").FullName;
        Certificate.Write(folder);
        NginxServer? nginx = kestrelOnly || NginxServer.Version() is null ? null : NginxServer.Start(folder);
        Child kestrel = Child.Start(Pinning.ServerCores, "--kestrel", Path.Combine(folder, "certificate.p12"));
        return new(folder, kestrel, await kestrel.AskAsync(null), nginx);
    }

    public Uri UrlOf(Scenario scenario)
    {
        (int port, int tlsPort) = _nginx is null || scenario.NeedsKestrel ? (_port, _tlsPort) : (_nginx.Port, _nginx.TlsPort);
        return scenario.IsTls
            ? new($"https://127.0.0.1:{tlsPort}{scenario.Path}")
            : new($"http://127.0.0.1:{port}{scenario.Path}");
    }

    public void Dispose()
    {
        _kestrel.Dispose();
        _nginx?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
