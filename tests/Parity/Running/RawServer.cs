using System.Net.Security;
using System.Net.Sockets;

namespace PollHttp.Parity.Running;

/// <summary>A server that does exactly what its script says, over a loopback socket, and remembers what it was sent.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Func<RawConnection, Task> _script;
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly List<RawRequest> _requests = [];
    private readonly List<RawConnection> _connections = [];
    private readonly List<string> _handshakes = [];
    private readonly Task _accepting;

    public RawServer(Func<RawConnection, Task> script, SslServerAuthenticationOptions? tls = null, IPAddress? address = null)
    {
        _script = script;
        _tls = tls;
        _listener = new(address ?? IPAddress.Loopback, 0);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Origin => $"{(_tls is null ? "http" : "https")}://{(_tls is null ? "127.0.0.1" : "localhost")}:{Port}";

    public Uri Uri(string pathAndQuery = "/") => new(Origin + pathAndQuery);

    public int ConnectionCount
    {
        get
        {
            lock (_requests)
            {
                return _connections.Count;
            }
        }
    }

    public IReadOnlyList<RawRequest> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>What was agreed upon in each TLS handshake that was completed.</summary>
    public IReadOnlyList<string> Handshakes
    {
        get
        {
            lock (_requests)
            {
                return [.. _handshakes];
            }
        }
    }

    /// <summary>The n-th request gets the n-th reply, the last one again and again.</summary>
    public static RawServer Replying(params string[] replies) => Replying(null, replies);

    public static RawServer Replying(SslServerAuthenticationOptions? tls, params string[] replies)
    {
        int next = 0;
        return new(
            async connection =>
            {
                while (await connection.ReadRequestAsync() is not null)
                {
                    string reply = replies[Math.Min(Interlocked.Increment(ref next) - 1, replies.Length - 1)];
                    bool close = reply.EndsWith(Close, StringComparison.Ordinal);
                    await connection.WriteAsync(close ? reply[..^Close.Length] : reply);
                    if (close)
                    {
                        connection.Close();
                        return;
                    }
                }
            },
            tls);
    }

    /// <summary>Put at the end of a reply: the server closes after it.</summary>
    public const string Close = "<close>";

    /// <summary>What was received, the way it is compared.</summary>
    public string Describe(string text) => text
        .Replace($":{Port}", ":PORT", StringComparison.Ordinal)
        .Replace($"%3A{Port}", "%3APORT", StringComparison.Ordinal);

    public string Received => Describe(string.Join("\n", Requests.Select(static r => r.Describe())));

    internal void Add(RawRequest request)
    {
        lock (_requests)
        {
            _requests.Add(request);
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return; // stopped
            }

            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        RawConnection? connection = null;
        try
        {
            if (_tls is not null)
            {
                SslStream ssl = new(stream);
                stream = ssl;
                await ssl.AuthenticateAsServerAsync(_tls);
                lock (_requests)
                {
                    _handshakes.Add(
                        $"{ssl.SslProtocol} for '{ssl.TargetHostName}', speaking '{ssl.NegotiatedApplicationProtocol}', to '{ssl.RemoteCertificate?.Subject}'");
                }
            }

            lock (_requests)
            {
                connection = new(_connections.Count + 1, socket, stream, this);
                _connections.Add(connection);
            }

            await _script(connection);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The client went away, which is what some cases are about.
            socket.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        lock (_requests)
        {
            _connections.ForEach(static c => c.Close());
        }
    }
}
