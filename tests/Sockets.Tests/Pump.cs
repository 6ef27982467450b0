using System.Buffers;
using System.Diagnostics;
using PollHttp.Core;

namespace PollHttp.Sockets.Tests;

/// <summary>Drives one transport to an outcome the way a client does: try, and sleep in the poller while it would block.</summary>
internal sealed class Pump(IPoller poller, ITransport transport) : IDisposable
{
    /// <summary>Only against a hang: no test is expected to come near it.</summary>
    internal static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    private readonly List<ITransport> _ready = [];

    public TransportStatus Open()
    {
        TransportStatus status;
        while ((status = transport.Poll()) == TransportStatus.Opening)
        {
            Sleep(TransportInterest.None);
        }
        return status;
    }

    public IoResult Read(Memory<byte> buffer)
    {
        IoResult result;
        while ((result = transport.TryRead(buffer)).Status == IoStatus.WouldBlock)
        {
            Sleep(TransportInterest.Read);
        }
        return result;
    }

    /// <summary>Reads without assertions, which would allocate.</summary>
    public int ReadQuietly(Memory<byte> buffer)
    {
        IoResult result;
        while ((result = transport.TryRead(buffer)).Status == IoStatus.WouldBlock)
        {
            poller.Set(transport, transport.GetInterest(TransportInterest.Read));
            _ready.Clear();
            if (poller.Wait(Guard, _ready) == 0)
            {
                throw new TimeoutException();
            }
        }
        return result.Status == IoStatus.Done ? result.Count : throw new IOException(result.Status.ToString());
    }

    public IoStatus ReadAll(Span<byte> target)
    {
        byte[] buffer = new byte[32 * 1024];
        while (!target.IsEmpty)
        {
            IoResult result = Read(buffer.AsMemory(0, Math.Min(buffer.Length, target.Length)));
            if (result.Status != IoStatus.Done)
            {
                return result.Status;
            }
            buffer.AsSpan(0, result.Count).CopyTo(target);
            target = target[result.Count..];
        }
        return IoStatus.Done;
    }

    public IoStatus Write(ReadOnlySequence<byte> data)
    {
        while (!data.IsEmpty)
        {
            IoResult result = transport.TryWrite(data);
            if (result.Status == IoStatus.Done)
            {
                data = data.Slice(result.Count);
            }
            else if (result.Status == IoStatus.WouldBlock)
            {
                Sleep(TransportInterest.Write);
            }
            else
            {
                return result.Status;
            }
        }
        return IoStatus.Done;
    }

    public IoStatus Write(byte[] data) => Write(new ReadOnlySequence<byte>(data));

    public void Flush()
    {
        while (transport.GetInterest(TransportInterest.None) != TransportInterest.None)
        {
            Sleep(TransportInterest.None);
            transport.Poll();
        }
    }

    public void Sleep(TransportInterest wanted)
    {
        TransportInterest interest = transport.GetInterest(wanted);
        if (interest.HasFlag(TransportInterest.Immediate))
        {
            return;
        }
        poller.Set(transport, interest);
        _ready.Clear();
        long start = Stopwatch.GetTimestamp();
        if (poller.Wait(Guard, _ready) > 0)
        {
            Assert.Same(transport, Assert.Single(_ready));
        }
        else if (Stopwatch.GetElapsedTime(start) >= Guard) // not woken: what is loaded before the first handshake wakes the poller
        {
            Assert.Fail($"Nothing became ready while waiting for {interest}.");
        }
    }

    public void Dispose()
    {
        poller.Set(transport, TransportInterest.None);
        transport.Dispose();
        poller.Dispose();
    }
}
