using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace PollHttp.Compare;

/// <summary>
/// The least that can be done in C# for many requests on one connection of HTTP/2: a receive, a look for the ends of streams, and one send for the
/// requests that may follow; it sleeps when there is nothing to receive. It has one block of fields for all of them and decodes none.
/// </summary>
internal sealed unsafe class Http2EpollContestant
{
    private const int FrameHead = 9;
    private const int Kept = 4096; // more than are ever under way
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Settings = 4;
    private const byte GoAway = 7;
    private const byte EndStream = 1;
    private const byte Status200 = 0x88; // the first octet of a block whose status is 200 (RFC 7541 appendix A)

    private readonly Job _job;
    private readonly Socket _socket;
    private readonly int _handle;
    private readonly int _epoll = Epoll.Create(0);
    private readonly byte[] _request;
    private readonly byte[] _output = new byte[64 * 1024];
    private readonly byte[] _input = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);
    private readonly long[] _starts = new long[Kept];
    private int _queued;
    private int _held;
    private int _nextStream = 1;
    private int _ended;

    private Http2EpollContestant(Job job)
    {
        _job = job;
        _socket = Epoll.Connect(job.Url);
        _handle = (int)_socket.Handle;
        Epoll.Watch(_epoll, _handle, 0);
        byte[] path = Encoding.ASCII.GetBytes(job.Url.PathAndQuery);
        byte[] authority = Encoding.ASCII.GetBytes(job.Url.Authority);
        byte[] block = [0x82, 0x86, 0x04, (byte)path.Length, .. path, 0x01, (byte)authority.Length, .. authority];
        _request = [0, 0, (byte)block.Length, Headers, 4 | EndStream, 0, 0, 0, 0, .. block];
        Epoll.SendWhole(_handle, [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, Settings, 0, 0, 0, 0, 0, 0, 0, 4, 8, 0, 0, 0, 0, 0, 0x7F, 0xFE, 0, 0]);
    }

    public static Task RaceAsync(Job job)
    {
        Http2EpollContestant race = new(job);
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
        int underWay = 0;
        byte* events = stackalloc byte[Epoll.EventSize];
        while (toFinish > 0)
        {
            for (; toBegin > 0 && underWay < _job.Connections; toBegin--, underWay++)
            {
                Begin(latencies);
            }

            Flush();
            int count;
            while ((count = Epoll.Receive(_handle, _input.AsSpan(_held))) < 0)
            {
                _ = Epoll.Wait(_epoll, events, 1, 1000);
            }

            if (count == 0)
            {
                throw new ContestantException("the server closed the connection");
            }

            _ended = 0;
            Read(_held + count, latencies);
            underWay -= _ended;
            toFinish -= _ended;
        }
    }

    private void Begin(LatencyLog? latencies)
    {
        if (latencies is not null)
        {
            _starts[_nextStream / 2 % Kept] = Stopwatch.GetTimestamp();
        }

        BinaryPrimitives.WriteInt32BigEndian(_request.AsSpan(5), _nextStream);
        _request.CopyTo(_output, _queued);
        _queued += _request.Length;
        _nextStream += 2;
    }

    private void Flush()
    {
        if (_queued > 0)
        {
            Epoll.SendWhole(_handle, _output.AsSpan(0, _queued));
            _queued = 0;
        }
    }

    private void Read(int length, LatencyLog? latencies)
    {
        ReadOnlySpan<byte> left = _input.AsSpan(0, length);
        while (left.Length >= FrameHead)
        {
            int size = (int)(BinaryPrimitives.ReadUInt32BigEndian(left) >> 8);
            if (left.Length < FrameHead + size)
            {
                break;
            }

            Take(left[3], left[4], BinaryPrimitives.ReadInt32BigEndian(left[5..]), left.Slice(FrameHead, size), latencies);
            left = left[(FrameHead + size)..];
        }

        _held = left.Length;
        left.CopyTo(_input);
    }

    private void Take(byte type, byte flags, int stream, ReadOnlySpan<byte> payload, LatencyLog? latencies)
    {
        switch (type)
        {
            case Data when (flags & EndStream) != 0:
                ContestantProcess.Check(_job, 200, payload.Length);
                latencies?.Add(_starts[stream / 2 % Kept]);
                _ended++;
                break;
            case Headers when payload[0] != Status200:
                throw new ContestantException("a status other than 200");
            case Settings when flags == 0:
                ReadOnlySpan<byte> ack = [0, 0, 0, Settings, 1, 0, 0, 0, 0];
                ack.CopyTo(_output.AsSpan(_queued));
                _queued += ack.Length;
                break;
            case GoAway:
                throw new ContestantException("the server is closing the connection");
        }
    }
}
