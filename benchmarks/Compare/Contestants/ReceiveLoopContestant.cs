using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PollHttp.Compare;

/// <summary>A blocking socket read into one buffer until all bytes have come: what moving them costs at least.</summary>
internal static class ReceiveLoopContestant
{
    public static async Task RaceAsync(Job job)
    {
        byte[] buffer = new byte[256 * 1024];
        byte[] request = Encoding.ASCII.GetBytes($"GET {job.Url.PathAndQuery} HTTP/1.1\r\nHost: {job.Url.Authority}\r\n\r\n");
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Parse(job.Url.Host), job.Url.Port);
        await ContestantProcess.ServeAsync((operations, _) =>
        {
            for (int i = 0; i < operations; i++)
            {
                socket.Send(request);
                int count = socket.Receive(buffer);
                int head = buffer.AsSpan(0, count).IndexOf("\r\n\r\n"u8) + 4;
                for (long left = job.ExpectedBytes - (count - head); left > 0; left -= count)
                {
                    count = socket.Receive(buffer);
                    if (count == 0)
                    {
                        throw new ContestantException("the server closed the connection");
                    }
                }
            }

            return ValueTask.CompletedTask;
        });
    }
}
