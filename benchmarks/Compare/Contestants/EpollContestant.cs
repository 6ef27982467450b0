using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace PollHttp.Compare;

/// <summary>
/// The least that can be done in C#: epoll, one send and one receive a request, and a look for the end of the body. No HTTP to
/// speak of; it shows what the system itself costs.
/// </summary>
internal sealed unsafe class EpollContestant
{
    private const int MostEvents = 128;
    private readonly Job _job;
    private readonly byte[] _request;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(16 * 1024, pinned: true);
    private readonly Socket[] _sockets;
    private readonly int[] _handles;
    private readonly long[] _starts;
    private readonly int _epoll = Epoll.Create(0);

    private EpollContestant(Job job)
    {
        _job = job;
        _request = Encoding.ASCII.GetBytes($"GET {job.Url.PathAndQuery} HTTP/1.1\r\nHost: {job.Url.Authority}\r\n\r\n");
        _sockets = new Socket[job.Connections];
        _handles = new int[job.Connections];
        _starts = new long[job.Connections];
        for (int i = 0; i < _sockets.Length; i++)
        {
            _sockets[i] = Epoll.Connect(job.Url);
            _handles[i] = (int)_sockets[i].Handle;
            Epoll.Watch(_epoll, _handles[i], i);
        }
    }

    public static Task RaceAsync(Job job)
    {
        Epoll.Require();
        if (job.IsHttp2)
        {
            return Http2EpollContestant.RaceAsync(job);
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
        byte* events = stackalloc byte[MostEvents * Epoll.EventSize];
        for (int i = 0; i < _handles.Length && toBegin > 0; i++, toBegin--)
        {
            Begin(i, latencies);
        }

        while (toFinish > 0)
        {
            int count = Epoll.Wait(_epoll, events, MostEvents, 1000);
            for (int i = 0; i < count; i++)
            {
                int lane = Epoll.NumberOf(events, i);
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
        Epoll.SendWhole(_handles[lane], _request);
    }

    private void Read(int lane)
    {
        int count = Epoll.Receive(_handles[lane], _buffer);
        ReadOnlySpan<byte> response = _buffer.AsSpan(0, Math.Max(count, 0));
        int end = response.IndexOf("\r\n\r\n"u8);
        ContestantProcess.Check(_job, response.StartsWith("HTTP/1.1 200"u8) ? 200 : 0, response.Length - end - 4);
    }
}
