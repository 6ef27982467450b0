using System.Buffers;

namespace PollHttp.Core;

/// <summary>
/// Moves bytes between a transport and an HTTP connection until one of them would block. Writes before it reads. Reads again only if the
/// last read filled its buffer, since a short read means that no more bytes are available.
/// </summary>
internal sealed class HttpPump(ITransport transport, HttpConnection http)
{
    private Pace _sending;
    private Pace _receiving;

    public ITransport Transport => transport;

    /// <summary>Gets a value indicating whether the last poll moved bytes or found an end, so that there may be events.</summary>
    public bool Progressed { get; private set; }

    /// <summary>Gets the number of bytes that the last poll sent and received.</summary>
    public long BytesMoved { get; private set; }

    /// <summary>Gets the number of bytes sent so far. Thread safety: can be read from any thread, for statistics.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Gets the number of bytes received so far. Thread safety: that of <see cref="BytesSent"/>.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>
    /// Gets a value indicating whether the last poll found the system out of buffers: the next poll should follow after a moment.
    /// </summary>
    public bool IsShortOfBuffers { get; private set; }

    /// <param name="budget">How much work to do.</param>
    /// <param name="now">The time at the start.</param>
    /// <param name="clock">Read once per read or write, and only if the budget has a time. The write and the read that exceed the budget
    /// are the last ones. Both are made at least once, or an upload would hide the response to it.</param>
    public void Poll(PollBudget budget, Instant now, TimeProvider clock)
    {
        Instant end = budget.Time is { } time ? now + time : Instant.Never;
        Progressed = false;
        BytesMoved = 0;
        http.HandleDeadline(now);
        bool sent = Send(budget, now, end, clock);
        IsShortOfBuffers = (sent || !http.GetOutput().IsEmpty) && IsShort(TransportInterest.Write);
        if (IsShortOfBuffers)
        {
            return; // TLS would use a read to retry the write, which is too soon
        }

        // The response to a request that was sent a moment ago can't be here yet: checking would cost a system call.
        if (!sent || !http.JustAsked || http.Wants.Writable)
        {
            Receive(budget, now, end, clock);
        }
    }

    /// <summary>Sends pending output, and receives nothing.</summary>
    public void Flush(Instant now, TimeProvider clock)
    {
        bool sent = Send(default, now, Instant.Never, clock);
        IsShortOfBuffers = (sent || !http.GetOutput().IsEmpty) && IsShort(TransportInterest.Write);
    }

    private bool IsShort(TransportInterest wanted) => (transport.GetInterest(wanted) & TransportInterest.Later) != 0;

    private static bool IsOver(ref Pace pace, int bytes, ref Instant before, Instant end, TimeProvider clock)
    {
        Instant after = Instant.Now(clock);
        pace.Note(bytes, after - before);
        before = after;
        return after >= end;
    }

    private bool Send(PollBudget budget, Instant now, Instant end, TimeProvider clock)
    {
        bool sent = false;
        bool isTimed = end != Instant.Never;
        Instant before = now;
        long left = budget.Bytes ?? long.MaxValue;
        ReadOnlySequence<byte> output = http.GetOutput();
        while (!output.IsEmpty && left > 0)
        {
            long most = isTimed ? Math.Min(left, _sending.PieceFor(end - before, SlabPool.MaxSize)) : left;
            IoResult result = transport.TryWrite(output.Length > most ? output.Slice(0, most) : output);
            if (result.Status != IoStatus.Done)
            {
                if (result.Status == IoStatus.Failed)
                {
                    Progressed = true;
                    http.TransportFailed(TransportDirection.Send, transport.Failure);
                }

                break;
            }

            sent = true;
            Progressed = true;
            left -= result.Count;
            BytesMoved += result.Count;
            BytesSent += result.Count;
            http.AdvanceSent(result.Count, now);
            if (isTimed && IsOver(ref _sending, result.Count, ref before, end, clock))
            {
                break;
            }

            output = http.GetOutput();
        }

        return sent;
    }

    private void Receive(PollBudget budget, Instant now, Instant end, TimeProvider clock)
    {
        bool isTimed = end != Instant.Never;
        Instant before = isTimed ? Instant.Now(clock) : now;
        long left = budget.Bytes ?? long.MaxValue;
        while (left > 0 && http.Wants.Readable)
        {
            Memory<byte> buffer = http.GetReceiveBuffer();
            if (buffer.IsEmpty)
            {
                return;
            }

            if (buffer.Length > left)
            {
                buffer = buffer[..(int)left];
            }

            if (isTimed)
            {
                buffer = buffer[.._receiving.PieceFor(end - before, buffer.Length)];
            }

            IoResult result = transport.TryRead(buffer);
            switch (result.Status)
            {
                case IoStatus.Done:
                    Progressed = true;
                    left -= result.Count;
                    BytesMoved += result.Count;
                    BytesReceived += result.Count;
                    http.CommitReceived(result.Count, now);
                    if (result.Count < buffer.Length && (transport.GetInterest(TransportInterest.Read) & TransportInterest.Immediate) == 0)
                    {
                        return;
                    }

                    if (isTimed && IsOver(ref _receiving, result.Count, ref before, end, clock))
                    {
                        return;
                    }

                    break;
                case IoStatus.WouldBlock:
                    IsShortOfBuffers = IsShort(TransportInterest.Read);
                    http.ReleaseIdleMemory();
                    return;
                case IoStatus.Failed:
                    Progressed = true;
                    http.TransportFailed(TransportDirection.Receive, transport.Failure);
                    return;
                default:
                    Progressed = true;
                    http.ReceiveEnd(result.Status == IoStatus.End ? EndKind.Clean : EndKind.NoCloseNotify);
                    return;
            }
        }
    }
}
