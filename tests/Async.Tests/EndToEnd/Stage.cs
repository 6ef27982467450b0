using System.Diagnostics;
using System.Net.Security;
using PollHttp.Core;
using PollHttp.Sockets;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>The network of one run, with the script served on it, and what is counted there.</summary>
internal sealed class Stage : IDisposable
{
    private readonly SlabPool _slabs = new();
    private readonly LoopbackServer? _server;

    private Stage(Setting setting, INetwork network, LoopbackServer? server, Action<PollHttpClientOptions>? configure)
    {
        Setting = setting;
        Network = network;
        _server = server;
        Options = new() { Slabs = _slabs };
        if (setting.IsTls && server is not null)
        {
            Options.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => true };
        }

        configure?.Invoke(Options);
    }

    public Setting Setting { get; }

    public INetwork Network { get; }

    public SimulatedNetwork? Simulation => Network as SimulatedNetwork;

    public PollHttpClientOptions Options { get; }

    public static Stage Set(Setting setting, IServerScript script, Action<PollHttpClientOptions>? configure)
    {
        if (!setting.IsSimulated)
        {
            return new(setting, SocketNetwork.Default, new LoopbackServer(script, setting.IsTls), configure);
        }

        SimulatedNetwork network = new(seed: 20) { LookupLatency = setting.Link?.Latency ?? default };
        network.Listen("server.test", setting.IsTls ? 443 : 80, script, new ListenOptions { Link = setting.Link });
        return new(setting, network, null, configure);
    }

    public Scene SceneOf(PollHttpClient client)
    {
        string authority = _server is null ? "server.test" : $"localhost:{_server.Port}";
        return new(client, new($"{Setting.Scheme}://{authority}/"), Setting);
    }

    public void AssertNothingIsLeft()
    {
        if (Simulation is { } simulation)
        {
            Assert.Equal(
                "0 transports, 0 lookups, 0 pollers",
                $"{simulation.OpenTransports} transports, {simulation.OpenLookups} lookups, {simulation.OpenPollers} pollers");
        }
        else
        {
            _server!.AssertAllClientsHaveClosed();
        }

        Assert.Equal(0, _slabs.Outstanding);
    }

    public void Dispose() => _server?.Dispose();
}
