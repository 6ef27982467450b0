using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using PollHttp.Core;

namespace PollHttp.Tests.EndToEnd;

/// <summary>Joins one accepted socket to a connection in the server's simulation: a thread reads, a thread writes.</summary>
internal sealed class LoopbackConnection(LoopbackServer server, Socket socket, X509Certificate2? identity, SslApplicationProtocol? protocol) : IDisposable
{
    private static readonly byte[] s_end = [1];
    private static readonly byte[] s_reset = [2];

    private readonly BlockingCollection<byte[]> _replies = [];
    private readonly byte[] _buffer = new byte[64 * 1024];
    private ITransport? _inside;
    private Stream _stream = Stream.Null;
    private bool _ended;

    /// <summary>The client sent its end, or the connection broke. Under the server's lock.</summary>
    public bool ClientHasClosed { get; private set; }

    /// <summary>What the script has sent so far, in bytes. Under the server's lock.</summary>
    public long BytesTaken { get; private set; }

    public void Start(IPEndPoint inside) =>
        new Thread(() => Serve(inside)) { IsBackground = true, Name = "loopback reader" }.Start();

    /// <summary>Queues for the socket what the script has sent so far. Under the server's lock.</summary>
    public void TakeReplies()
    {
        while (_inside is not null && !_ended)
        {
            IoResult result = _inside.TryRead(_buffer);
            switch (result.Status)
            {
                case IoStatus.Done:
                    _replies.Add(_buffer[..result.Count]);
                    BytesTaken += result.Count;
                    break;
                case IoStatus.WouldBlock:
                    return;
                default:
                    _ended = true;
                    _replies.Add(result.Status == IoStatus.Failed ? s_reset : s_end);
                    break;
            }
        }
    }

    public void Dispose()
    {
        _replies.CompleteAdding();
        socket.Dispose();
    }

    private void Serve(IPEndPoint inside)
    {
        try
        {
            if (identity is null)
            {
                _stream = new NetworkStream(socket);
            }
            else
            {
                SteppedTlsStream tls = new(socket);
                _stream = tls;
                tls.Authenticate(identity, protocol);
            }

            new Thread(Write) { IsBackground = true, Name = "loopback writer" }.Start();
            Read(inside);
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or AuthenticationException)
        {
            // The client broke off, or this end did at the script's wish.
        }
        finally
        {
            lock (server.Simulation)
            {
                ClientHasClosed = true;
                _inside?.ShutdownSend();
                server.Settle();
                _inside?.Dispose();
                _inside = null;
                _ended = true;
                Dispose();
            }
        }
    }

    private void Read(IPEndPoint inside)
    {
        lock (server.Simulation)
        {
            _inside = server.Simulation.Dial(inside);
            server.Settle();
        }

        byte[] buffer = new byte[64 * 1024];
        int count;
        while ((count = _stream.Read(buffer)) > 0)
        {
            ReadOnlySequence<byte> rest = new(buffer, 0, count);
            lock (server.Simulation)
            {
                while (!rest.IsEmpty)
                {
                    IoResult result = _inside!.TryWrite(rest);
                    rest = rest.Slice(result.Count);
                    server.Settle();
                    if (result.Status == IoStatus.Failed)
                    {
                        return;
                    }

                    if (result.Status == IoStatus.WouldBlock)
                    {
                        Monitor.Wait(server.Simulation); // the script does not read
                    }
                }
            }
        }
    }

    private void Write()
    {
        try
        {
            foreach (byte[] reply in _replies.GetConsumingEnumerable())
            {
                if (ReferenceEquals(reply, s_reset))
                {
                    socket.LingerState = new(true, 0);
                    socket.Close();
                }
                else if (ReferenceEquals(reply, s_end))
                {
                    EndTls();
                    socket.Shutdown(SocketShutdown.Send);
                }
                else
                {
                    _stream.Write(reply);
                }
            }
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The client is gone.
        }
    }

    private void EndTls()
    {
        try
        {
            (_stream as SteppedTlsStream)?.End();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The client has left the session already; OpenSSL says so with an exception of a type of its own.
        }
    }
}
