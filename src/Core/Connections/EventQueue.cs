using System.Diagnostics;

namespace PollHttp.Core;

/// <summary>The few events that can wait at the same time, in order.</summary>
internal struct EventQueue
{
    private ulong _kinds;
    private int _count;

    public readonly bool IsEmpty => _count == 0;

    public void Add(EventKind kind)
    {
        Debug.Assert(_count < 8, "More events wait than can happen between two polls.");
        _kinds |= (ulong)kind << (8 * _count++);
    }

    public EventKind Take()
    {
        var kind = (EventKind)(byte)_kinds;
        _kinds >>= 8;
        _count--;
        return kind;
    }
}
