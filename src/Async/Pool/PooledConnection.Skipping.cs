namespace PollHttp;

// What becomes of a body that nobody wants: skipped as it is on the wire, never decoded, if it is little and comes soon.
internal sealed partial class PooledConnection
{
    private Exchange? _next;
    private Instant _skipUntil;
    private long _skipped;
    private bool _isSkipping;

    /// <summary>The consumer of a body left before its end. Any thread, under the gate.</summary>
    public void LeaveBody(ConnectionBody body)
    {
        if (ReferenceEquals(_body, body))
        {
            _body = null;
            BeginSkipping();
            if (_closing)
            {
                Settle();
            }
            else if (_isPolledByCaller)
            {
                Process(default); // the last poll, unless it becomes the loop's
            }
            else
            {
                AfterConsume();
            }
        }
    }

    /// <summary>After a head that is not delivered: its body is in the way of the next exchange.</summary>
    /// <param name="next">The exchange's next hop, which waits for this connection where it goes to the same origin.</param>
    private void SkipBody(Exchange? next)
    {
        if (next is not null)
        {
            next.Connection = this;
            _next = next;
            if (!ReferenceEquals(next.Origin, _origin) && !next.StaysOnConnection)
            {
                ContinueAfterSkipping();
            }
        }

        BeginSkipping();
    }

    private void BeginSkipping()
    {
        _isSkipping = true;
        _skipUntil = Settings.DrainTime == Timeout.InfiniteTimeSpan ? Instant.Never : _pump!.Now + Settings.DrainTime;
        _deadline = _next is { } next && next.Deadline < _skipUntil ? next.Deadline : _skipUntil;
        if (Http.CloseReasons != CloseReasons.None
            || Current.ResponseHead.Framing.Kind == BodyFramingKind.UntilClose
            || (Current.ResponseHead.ContentLength >= 0 && LeftOf(Current.ResponseHead.ContentLength) > Settings.DrainBytes))
        {
            _closing = true; // it could not be used again, or not soon enough
        }

        SkipReceived();
    }

    private long LeftOf(long length) => length - Current.BodyBytesReceived + Current.Body.Length;

    private void SkipReceived()
    {
        if (!_isSkipping || _closing)
        {
            return;
        }

        long count = Current.Body.Length;
        _skipped += count;
        if (_skipped > Settings.DrainBytes)
        {
            _closing = true;
        }
        else if (count > 0)
        {
            Http.ConsumeBody(_id, count);
            Dispatch();
        }
    }

    private void OnSkippingDeadline()
    {
        Instant now = _pump!.Now;
        if (_next is { } next && next.Deadline <= now)
        {
            _next = null;
            next.FailTimedOut(ConnectPhase.Http);
        }

        _deadline = _skipUntil;
        _closing = _skipUntil <= now;
    }

    /// <summary>The connection is free for the next hop, or gone: either way it goes on.</summary>
    private void ContinueAfterSkipping()
    {
        _isSkipping = false;
        _skipped = 0;
        if (_next is { } next)
        {
            _next = null;
            next.Continue();
        }
    }
}
