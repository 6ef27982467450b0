using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PollHttp.Cli.Tests;

/// <summary>Answers each connection's first request with the same bytes, and ends the connection.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _work;

    public RawServer(string answer)
    {
        _listener.Start();
        _work = ServeAsync(Encoding.Latin1.GetBytes(answer));
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _work;
    }

    private async Task ServeAsync(byte[] answer)
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync();
                byte[] request = new byte[4096];
                int count = 0;
                while (!Encoding.Latin1.GetString(request, 0, count).Contains("\r\n\r\n", StringComparison.Ordinal))
                {
                    count += await client.GetStream().ReadAsync(request.AsMemory(count));
                }

                await client.GetStream().WriteAsync(answer);
                client.Client.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }
}
