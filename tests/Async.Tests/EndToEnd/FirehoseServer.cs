using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PollHttp.Tests.EndToEnd;

/// <summary>The same over a socket: answers one request with a body of any size, and keeps nothing of it.</summary>
internal sealed class FirehoseServer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public FirehoseServer(long size, Framing framing)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        new Thread(() => Serve(size, framing)) { IsBackground = true, Name = "firehose" }.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Dispose() => _listener.Dispose();

    private void Serve(long size, Framing framing)
    {
        byte[] piece = FirehoseScript.PieceOf(framing);
        try
        {
            using Socket socket = _listener.Accept();
            byte[] request = new byte[4096];
            int count = 0;
            while (!request.AsSpan(0, count).EndsWith("\r\n\r\n"u8))
            {
                count += socket.Receive(request.AsSpan(count));
            }

            socket.Send(Encoding.ASCII.GetBytes(FirehoseScript.HeadOf(framing, size)));
            for (long left = size; left > 0; left -= FirehoseScript.PieceSize)
            {
                socket.Send(piece);
            }

            if (framing == Framing.Chunked)
            {
                socket.Send("0\r\n\r\n"u8);
            }

            socket.Receive(request); // the client's end: closing earlier could reset what it has not read
        }
        catch (SocketException)
        {
            // The test has ended early, and says why itself.
        }
    }
}
