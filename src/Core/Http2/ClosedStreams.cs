namespace PollHttp.Core.Http2;

/// <summary>Specifies why a stream is closed, which decides the meaning of frames that still come for it (RFC 9113 §5.1).</summary>
internal enum ClosedReason
{
    /// <summary>The reason is no longer known, since too many streams were closed after this one.</summary>
    Unknown,

    /// <summary>The stream was ended by both sides.</summary>
    Ended,

    /// <summary>The stream was reset by the peer.</summary>
    PeerReset,

    /// <summary>The stream was reset by the peer, which has been told that it sent on the stream after that.</summary>
    PeerResetAndTold,

    /// <summary>The stream was reset by us.</summary>
    OurReset,
}

/// <summary>Remembers the streams closed last, with the reason.</summary>
internal sealed class ClosedStreams
{
    private const int Kept = 256;

    /// <summary>The number of field blocks, and of ends without content, that the peer may have sent before it learned of the close: an interim head,
    /// the head, and the trailers or an empty end.</summary>
    private const int EndsUnderWay = 3;

    private readonly Entry[] _ring = new Entry[Kept];
    private int _next;

    public ClosedReason this[int id]
    {
        get
        {
            foreach (ref Entry closed in _ring.AsSpan())
            {
                if (closed.Id == id)
                {
                    return closed.Reason;
                }
            }

            return ClosedReason.Unknown;
        }
    }

    /// <summary>Records a stream that has been closed.</summary>
    /// <param name="id">The stream.</param>
    /// <param name="reason">The reason.</param>
    /// <param name="window">The number of octets that the peer may have sent before it learns of the close.</param>
    public void Add(int id, ClosedReason reason, long window)
    {
        _ring[_next] = new() { Id = id, Reason = reason, Window = window, Ends = EndsUnderWay };
        _next = (_next + 1) % Kept;
    }

    /// <summary>Takes octets from the window of a closed stream. Returns false if they are more than the peer may have sent before it learned
    /// of the close.</summary>
    public bool TryTakeWindow(int id, int count)
    {
        foreach (ref Entry closed in _ring.AsSpan())
        {
            if (closed.Id == id)
            {
                closed.Window -= count;
                return closed.Window >= 0;
            }
        }

        return false;
    }

    /// <summary>Counts a field block, or an end without content, on a closed stream. Returns false if there are more than the peer may have sent
    /// before it learned of the close.</summary>
    public bool TryTakeEnd(int id)
    {
        foreach (ref Entry closed in _ring.AsSpan())
        {
            if (closed.Id == id)
            {
                return --closed.Ends >= 0;
            }
        }

        return false;
    }

    /// <summary>Changes the reason of a stream that is recorded.</summary>
    public void Change(int id, ClosedReason reason)
    {
        for (int i = 0; i < Kept; i++)
        {
            if (_ring[i].Id == id)
            {
                _ring[i].Reason = reason;
            }
        }
    }

    private struct Entry
    {
        public int Id;
        public ClosedReason Reason;
        public long Window;
        public int Ends;
    }
}
