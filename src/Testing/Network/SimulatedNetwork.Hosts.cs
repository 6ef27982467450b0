using System.Net;

namespace PollHttp.Testing;

/// <content>Names, and what happens at addresses.</content>
public sealed partial class SimulatedNetwork
{
    /// <summary>Sets the addresses of a name, in the order to try.</summary>
    public void AddHost(string name, params IPAddress[] addresses)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _resolver.Set(name, new(addresses, null, true));
    }

    /// <summary>Sets the addresses of a name in two answers, for example because one family arrives later.</summary>
    /// <param name="name">The name.</param>
    /// <param name="first">The addresses that arrive after <see cref="LookupLatency"/>.</param>
    /// <param name="gap">How long after that the second answer arrives.</param>
    /// <param name="second">The addresses of the second answer.</param>
    public void AddHostInTwoAnswers(string name, IPAddress[] first, TimeSpan gap, IPAddress[] second)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentOutOfRangeException.ThrowIfLessThan(gap, TimeSpan.Zero);
        _resolver.Set(name, new(first, null, true) { LateAddresses = second, LateBy = gap });
    }

    /// <summary>Makes lookups of this name fail, as those of unknown names do.</summary>
    public void FailHost(string name) => _resolver.Set(name, SimulatedResolver.Failing());

    /// <summary>Makes lookups of this name never end.</summary>
    public void StallHost(string name) => _resolver.Set(name, new([], null, false));

    /// <summary>Serves connections to an address.</summary>
    public void Listen(EndPoint endPoint, IServerScript script, ListenOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(script);
        _listeners[endPoint] = new(Fate.Accept, script, options ?? new());
    }

    /// <summary>Serves connections to an address with one method, which is called when bytes have arrived.</summary>
    public void Listen(EndPoint endPoint, Action<ServerPeer> onReceived, ListenOptions? options = null) =>
        Listen(endPoint, new DelegateScript(onReceived), options);

    /// <summary>Serves a port at all addresses of a name; a name without addresses gets one (10.0.0.1, 10.0.0.2 …).</summary>
    public void Listen(string host, int port, IServerScript script, ListenOptions? options = null)
    {
        if (IPAddress.TryParse(host, out IPAddress? literal))
        {
            Listen(new IPEndPoint(literal, port), script, options);
            return;
        }

        if (_resolver.AddressesOf(host).Length == 0)
        {
            AddHost(host, new IPAddress([10, 0, 0, ++_lastAddress]));
        }

        foreach (IPAddress address in _resolver.AddressesOf(host))
        {
            Listen(new IPEndPoint(address, port), script, options);
        }
    }

    /// <inheritdoc cref="Listen(string, int, IServerScript, ListenOptions?)"/>
    public void Listen(string host, int port, Action<ServerPeer> onReceived, ListenOptions? options = null) =>
        Listen(host, port, new DelegateScript(onReceived), options);

    /// <summary>Refuses connects to this address, as for every address without a listener. Open connections stay.</summary>
    public void Refuse(EndPoint endPoint) => _listeners[endPoint] = Listener.Refusing;

    /// <summary>Makes connects to this address never end.</summary>
    public void BlackHole(EndPoint endPoint) => _listeners[endPoint] = Listener.Silent;

    /// <summary>Makes this address unreachable.</summary>
    public void Unreachable(EndPoint endPoint) => _listeners[endPoint] = Listener.NoRoute;
}
