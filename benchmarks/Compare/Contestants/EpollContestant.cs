using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace PollHttp.Compare;

/// <summary>
/// The least that can be done in C#: epoll, one send and one receive a request, and a look for the end of the body. No HTTP to
/// speak of; it shows what the system itself costs.
/// </summary>
internal sealed unsafe partial class EpollContestant
{
    private const int EventSize = 12; // struct epoll_event is packed on x86-64
    private readonly Job _job;
    private readonly byte[] _request;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(16 * 1024, pinned: true);
    private readonly Socket[] _sockets;
    private readonly int[] _handles;
    private readonly long[] _starts;
    private readonly int _epoll = EpollCreate(0);

    private EpollContestant(Job job)
    {
        _job = job;
        _request = Encoding.ASCII.GetBytes($"GET {job.Url.PathAndQuery} HTTP/1.1\r\nHost: {job.Url.Authority}\r\n\r\n");
        _sockets = new Socket[job.Connections];
        _handles = new int[job.Connections];
        _starts = new long[job.Connections];
        byte* change = stackalloc byte[EventSize];
        for (int i = 0; i < _sockets.Length; i++)
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Connect(IPAddress.Parse(job.Url.Host), job.Url.Port);
            socket.Blocking = false;
            _sockets[i] = socket;
            _handles[i] = (int)socket.Handle;
            *(uint*)change = 1;
            *(ulong*)(change + 4) = (ulong)i;
            _ = EpollControl(_epoll, 1, _handles[i], change);
        }
    }

    public static Task RaceAsync(Job job)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            throw new ContestantException("needs Linux on x86-64");
        }

        EpollContestant race = new(job);
        return ContestantProcess.ServeAsync((requests, latencies) =>
        {
            race.Run(requests, latencies);
            return ValueTask.CompletedTask;
        });
    }

    private void Run(int requests, LatencyLog? latencies)
    {
        int toBegin = requests;
        int toFinish = requests;
        byte* events = stackalloc byte[128 * EventSize];
        for (int i = 0; i < _handles.Length && toBegin > 0; i++, toBegin--)
        {
            Begin(i, latencies);
        }

        while (toFinish > 0)
        {
            int count = EpollWait(_epoll, events, 128, 1000);
            for (int i = 0; i < count; i++)
            {
                int lane = (int)*(ulong*)(events + (i * EventSize) + 4);
                Read(lane);
                toFinish--;
                latencies?.Add(_starts[lane]);
                if (toBegin > 0)
                {
                    toBegin--;
                    Begin(lane, latencies);
                }
            }
        }
    }

    private void Begin(int lane, LatencyLog? latencies)
    {
        _starts[lane] = latencies is null ? 0 : Stopwatch.GetTimestamp();
        fixed (byte* request = _request)
        {
            if (Send(_handles[lane], request, (nuint)_request.Length, 0x4000) != _request.Length)
            {
                throw new ContestantException("a request did not leave in one piece");
            }
        }
    }

    private void Read(int lane)
    {
        fixed (byte* buffer = _buffer)
        {
            nint count = Receive(_handles[lane], buffer, (nuint)_buffer.Length, 0);
            ReadOnlySpan<byte> response = new(buffer, (int)Math.Max(count, 0));
            int end = response.IndexOf("\r\n\r\n"u8);
            ContestantProcess.Check(_job, response.StartsWith("HTTP/1.1 200"u8) ? 200 : 0, response.Length - end - 4);
        }
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1")]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl")]
    private static partial int EpollControl(int epoll, int operation, int handle, byte* change);

    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    private static partial int EpollWait(int epoll, byte* events, int capacity, int milliseconds);

    [LibraryImport("libc", EntryPoint = "send")]
    private static partial nint Send(int socket, byte* data, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv")]
    private static partial nint Receive(int socket, byte* buffer, nuint length, int flags);
}
