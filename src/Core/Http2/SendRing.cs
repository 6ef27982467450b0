namespace PollHttp.Core.Http2;

/// <summary>Lists the streams that have content to send and a window to send it in, in the order of their turns.</summary>
/// <remarks>A list linked through the streams. A mutable struct.</remarks>
internal struct SendRing
{
    private Http2Stream? _last;

    /// <summary>Gets the stream that sends next; null when none can send.</summary>
    public Http2Stream? First { get; private set; }

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
            stream.Mark(StreamMarks.InSendRing);
            stream.PreviousToSend = _last;
            if (_last is null)
            {
                First = stream;
            }
            else
            {
                _last.NextToSend = stream;
            }

            _last = stream;
        }
    }

    /// <summary>Removes a stream, if it is in the ring.</summary>
    public void Remove(Http2Stream stream)
    {
        if (!stream.Unmark(StreamMarks.InSendRing))
        {
            return;
        }

        if (stream.PreviousToSend is { } previous)
        {
            previous.NextToSend = stream.NextToSend;
        }
        else
        {
            First = stream.NextToSend;
        }

        if (stream.NextToSend is { } next)
        {
            next.PreviousToSend = stream.PreviousToSend;
        }
        else
        {
            _last = stream.PreviousToSend;
        }

        stream.NextToSend = stream.PreviousToSend = null;
    }
}
