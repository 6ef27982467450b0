using System.Globalization;

namespace PollHttp.Compare;

/// <summary>The servers of a run, each in a process of its own on the cores the clients don't use.</summary>
internal sealed class ServerSet : IDisposable
{
    private readonly string _folder;
    private readonly Child _kestrel;
    private readonly NginxServer? _nginx;

    /// <summary>http, https, and the same in HTTP/2.</summary>
    private readonly int[] _ports;

    private ServerSet(string folder, Child kestrel, string ports, NginxServer? nginx)
    {
        _folder = folder;
        _kestrel = kestrel;
        _nginx = nginx;
        _ports = [.. ports.Split(' ').Select(p => int.Parse(p, CultureInfo.InvariantCulture))];
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
        int[] ports = _nginx is null || scenario.NeedsKestrel ? _ports : _nginx.Ports;
        int port = ports[(scenario.IsHttp2 ? 2 : 0) + (scenario.IsTls ? 1 : 0)];
        return new($"{(scenario.IsTls ? "https" : "http")}://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}{scenario.Path}");
    }

    public void Dispose()
    {
        _kestrel.Dispose();
        _nginx?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
