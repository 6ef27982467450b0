using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>
/// The script of a simulated server, served to real sockets of this machine. The script runs in a small simulation of its own,
/// whose delays take no time here; each accepted socket is joined to a connection in it.
/// </summary>
internal sealed class LoopbackServer : IDisposable
{
    private static readonly Lazy<X509Certificate2> s_certificate = new(MakeCertificate);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<LoopbackConnection> _connections = [];
    private readonly IPEndPoint _inside = new(IPAddress.Loopback, 1);
    private readonly X509Certificate2? _identity;

    public LoopbackServer(IServerScript script, bool isTls)
    {
        _identity = isTls ? s_certificate.Value : null;
        Simulation.Listen(_inside, script);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        new Thread(Accept) { IsBackground = true, Name = "loopback server" }.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Gets the protocols that connections choose by ALPN, one after the other; the last one also those that follow. None without any.</summary>
    public IReadOnlyList<SslApplicationProtocol> Protocols { get; init; } = [];

    /// <summary>Also the lock on everything inside.</summary>
    public SimulatedNetwork Simulation { get; } = new() { Link = new() { SendWindow = 64 * 1024 } };

    /// <summary>What the script threw, if it did.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Whether a client has been sent something.</summary>
    public bool HasReplied { get; private set; }

    /// <summary>Runs what is due in the simulation and hands what came out of it to the sockets. Under the lock.</summary>
    public void Settle()
    {
        try
        {
            do
            {
                foreach (LoopbackConnection connection in _connections)
                {
                    connection.TakeReplies();
                }
            }
            while (Simulation.Step());
            HasReplied |= _connections.Exists(static c => c.BytesTaken > 0);
        }
        catch (Exception error)
        {
            Failure ??= error;
        }

        Monitor.PulseAll(Simulation);
    }

    /// <param name="expected">How many connections there must have been at least.</param>
    public void AssertAllClientsHaveClosed(int expected = 0)
    {
        bool closed = SpinWait.SpinUntil(
            () =>
            {
                lock (Simulation)
                {
                    return _connections.Count >= expected && _connections.TrueForAll(c => c.ClientHasClosed);
                }
            },
            TimeSpan.FromSeconds(30));
        Assert.Null(Failure);
        Assert.True(closed, "The server still has connections that the client has not closed.");
    }

    /// <summary>Ends the connections that are there; new ones are accepted as before.</summary>
    public void CloseConnections()
    {
        lock (Simulation)
        {
            _connections.ForEach(c => c.Dispose());
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        CloseConnections();
    }

    private static X509Certificate2 MakeCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        using X509Certificate2 made = request.CreateSelfSigned(
            new DateTimeOffset(2015, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    private void Accept()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = _listener.Accept();
            }
            catch (SocketException)
            {
                return; // disposed
            }
            catch (ObjectDisposedException)
            {
                return;
            }

            socket.NoDelay = true;
            LoopbackConnection connection;
            lock (Simulation)
            {
                SslApplicationProtocol? protocol = Protocols.Count == 0 ? null : Protocols[Math.Min(_connections.Count, Protocols.Count - 1)];
                connection = new(this, socket, _identity, protocol);
                _connections.Add(connection);
            }

            connection.Start(_inside);
        }
    }
}
