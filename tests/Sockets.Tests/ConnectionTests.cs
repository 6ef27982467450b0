using System.Net;
using System.Net.Sockets;
using PollHttp.Core;

namespace PollHttp.Sockets.Tests;

/// <summary>From nothing to HTTP over real sockets.</summary>
public sealed class ConnectionTests
{
    public static TheoryData<bool> Kinds => TestNetwork.Kinds;

    [Theory, MemberData(nameof(Kinds)), Trait("fault", "F-04"), Trait("rule", "R-236")]
    public void A_black_hole_is_raced_by_the_next_address(bool native)
    {
        if (!Socket.OSSupportsIPv6)
        {
            return;
        }

        using BlackHole hole = new();
        using Socket listener = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Loopback, hole.Port));
        listener.Listen();
        FixedResolverNetwork network = new(TestNetwork.Make(native), IPAddress.Loopback, IPAddress.IPv6Loopback);
        using PollConnection connection = ConnectDriver.Open(
            network, new() { Host = "example.test", Port = hole.Port }, new() { AttemptDelay = TimeSpan.FromMilliseconds(10) });
        Assert.Equal(ConnectPhase.Http, connection.Phase);
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, hole.Port), connection.RemoteEndPoint);
        using Socket accepted = listener.Accept();
        Assert.Equal(connection.Transport!.LocalEndPoint, accepted.RemoteEndPoint);
    }

    [Theory, MemberData(nameof(Kinds)), Trait("fault", "F-06"), Trait("rule", "R-237")]
    public void When_every_address_refuses_each_is_named(bool native)
    {
        if (!Socket.OSSupportsIPv6)
        {
            return;
        }

        using Socket unheard = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        unheard.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound and not listening: nobody else gets the port
        int port = ((IPEndPoint)unheard.LocalEndPoint!).Port;
        FixedResolverNetwork network = new(TestNetwork.Make(native), IPAddress.Loopback, IPAddress.Parse("127.0.0.2"));
        using PollConnection connection = ConnectDriver.Open(
            network, new() { Host = "example.test", Port = port }, new() { ConnectTimeout = null, AttemptDelay = TimeSpan.FromSeconds(2) });
        Assert.Equal(2, connection.Fault.Attempts!.Count);
        Assert.All(connection.Fault.Attempts, attempt => Assert.Equal(TransportError.Refused, attempt.Failure.Error));
    }

    [Theory, MemberData(nameof(Kinds)), Trait("ask", "A-27")]
    public void HTTP_is_spoken_over_a_Unix_socket(bool native)
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        try
        {
            listener.Listen();
            Thread server = new(() =>
            {
                using Socket accepted = listener.Accept();
                ReadHead(new NetworkStream(accepted));
                accepted.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8);
            })
            { IsBackground = true };
            server.Start();
            SocketNetwork network = TestNetwork.Make(native);
            using PollConnection connection = ConnectDriver.Open(
                network, new() { Host = "localhost", Port = 80, EndPoint = new UnixDomainSocketEndPoint(path) });
            Assert.Equal("ok", ConnectDriver.Get(network, connection));
            Assert.Equal(new UnixDomainSocketEndPoint(path), connection.RemoteEndPoint);
            Assert.True(server.Join(Pump.Guard));
        }
        finally
        {
            File.Delete(path);
        }
    }

    internal static string ReadHead(Stream stream)
    {
        System.Text.StringBuilder head = new();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            int read = stream.ReadByte();
            if (read < 0)
            {
                throw new EndOfStreamException();
            }

            head.Append((char)read);
        }

        return head.ToString();
    }

    /// <summary>A port of 127.0.0.1 whose connects are never answered: its queue of connections is full and nobody takes any out.</summary>
    private sealed class BlackHole : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly List<Socket> _fillers = [];

        public BlackHole()
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen(0);
            // A connect that has not ended when the next two have begun is one that was dropped.
            for (int i = 0; i < 16; i++)
            {
                Socket filler = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
                _fillers.Add(filler);
                try
                {
                    filler.Connect(_listener.LocalEndPoint!);
                }
                catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
                {
                    continue;
                }
            }
        }

        public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

        public void Dispose()
        {
            foreach (Socket filler in _fillers)
            {
                filler.Dispose();
            }

            _listener.Dispose();
        }
    }
}
