using System.Numerics;

namespace PollHttp.Core.Http2;

/// <summary>
/// Lists the streams that have content to send and a window to send it in: by urgency (RFC 9218 §4.1), and in turns where that is the same.
/// </summary>
/// <remarks>One list for each urgency, linked through the streams.</remarks>
internal sealed class SendScheduler
{
    private readonly Http2Stream?[] _first = new Http2Stream?[PriorityField.UrgencyCount];
    private readonly Http2Stream?[] _last = new Http2Stream?[PriorityField.UrgencyCount];
    private uint _used;

    /// <summary>Gets the stream that sends next; null when none can send.</summary>
    public Http2Stream? First => _used == 0 ? null : _first[BitOperations.TrailingZeroCount(_used)];

    /// <summary>Adds a stream at the end if it can send, or removes it if it can't.</summary>
    public void Update(Http2Stream stream)
    {
        bool canSend = stream.PendingBytes > 0 && stream.SendWindow > 0;
        if (!canSend)
        {
            Remove(stream);
        }
        else if (!stream.Has(StreamMarks.InSendRing))
        {
            int urgency = stream.Urgency;
            stream.Mark(StreamMarks.InSendRing);
            stream.PreviousToSend = _last[urgency];
            if (_last[urgency] is { } last)
            {
                last.NextToSend = stream;
            }
            else
            {
                _first[urgency] = stream;
                _used |= 1u << urgency;
            }

            _last[urgency] = stream;
        }
    }

    /// <summary>Removes a stream, if it is in the list.</summary>
    public void Remove(Http2Stream stream)
    {
        if (!stream.Unmark(StreamMarks.InSendRing))
        {
            return;
        }

        int urgency = stream.Urgency;
        if (stream.PreviousToSend is { } previous)
        {
            previous.NextToSend = stream.NextToSend;
        }
        else
        {
            _first[urgency] = stream.NextToSend;
        }

        if (stream.NextToSend is { } next)
        {
            next.PreviousToSend = stream.PreviousToSend;
        }
        else
        {
            _last[urgency] = stream.PreviousToSend;
        }

        stream.NextToSend = stream.PreviousToSend = null;
        _used &= _first[urgency] is null ? ~(1u << urgency) : uint.MaxValue;
    }

    /// <summary>Changes the urgency of a stream.</summary>
    public void Change(Http2Stream stream, int urgency)
    {
        Remove(stream);
        stream.Urgency = urgency;
        Update(stream);
    }
}
