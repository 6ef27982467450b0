namespace PollHttp.Core.Http2;

/// <summary>Why a stream is closed, which decides what frames that still come for it mean (RFC 9113 §5.1).</summary>
internal enum ClosedReason
{
    /// <summary>When it is forgotten, since too many were closed after it.</summary>
    Unknown,

    /// <summary>When both sides ended it.</summary>
    Ended,

    /// <summary>When the peer reset it.</summary>
    PeerReset,

    /// <summary>When the peer reset it, and was told that it sent on it after that.</summary>
    PeerResetAndTold,

    /// <summary>When we reset it.</summary>
    OurReset,
}

/// <summary>The streams closed last, with the reason.</summary>
internal sealed class ClosedStreams
{
    private const int Kept = 256;

    private readonly (int Id, ClosedReason Reason)[] _ring = new (int, ClosedReason)[Kept];
    private int _next;

    public ClosedReason this[int id]
    {
        get
        {
            foreach ((int closed, ClosedReason reason) in _ring)
            {
                if (closed == id)
                {
                    return reason;
                }
            }

            return ClosedReason.Unknown;
        }
    }

    /// <summary>Notes a stream that has been closed.</summary>
    public void Add(int id, ClosedReason reason)
    {
        _ring[_next] = (id, reason);
        _next = (_next + 1) % Kept;
    }

    /// <summary>Notes another reason for a stream that is noted.</summary>
    public void Change(int id, ClosedReason reason)
    {
        for (int i = 0; i < Kept; i++)
        {
            if (_ring[i].Id == id)
            {
                _ring[i] = (id, reason);
            }
        }
    }
}
