namespace PollHttp.Core;

/// <content>Which side is awaited, the peer or the application; this decides the timers and the room to receive.</content>
internal sealed partial class Http1Connection
{
    /// <summary>Waits for the peer: the timers of its silence and of its rate run.</summary>
    private void AwaitPeer()
    {
        _timers.Set(TimerKind.BodyIdle, _now, _timeouts.BodyIdle);
        if (_limits.MinimumBytesPerSecond is not null)
        {
            _rate.Resume(_now);
            _timers.SetAt(TimerKind.LowSpeed, _rate.Deadline, _rate.Window);
        }
    }

    /// <summary>Waits for the application: while it has something to read, the peer is not slow.</summary>
    private void AwaitApplication()
    {
        _timers.Stop(TimerKind.BodyIdle);
        _timers.Stop(TimerKind.LowSpeed);
        _rate.Pause(_now);
    }

    private void OnBodyTaken()
    {
        _timeMayHavePassed = true;
        UpdatePause();
        if (_received.BodyLength == _examined && _state.Receive == ReceiveState.Body)
        {
            // The peer is awaited again: from the next poll on, whose time is later than the one known here.
            _awaitsPeer = true;
        }
    }

    /// <summary>Stops receiving at the high-water mark and resumes below the low one.</summary>
    private void UpdatePause()
    {
        // Framing between unread body bytes occupies memory too. It does not count when the reader has seen all of the body and needs more;
        // otherwise a body of tiny chunks could stall for ever.
        long held = _examined == _received.BodyLength ? _received.Unparsed : _received.Held - _examined;

        // Outside a body nothing may be longer than a head: received bytes are parsed before more is received.
        bool full = held >= _limits.ReceiveHighWater
            || (_state.Receive != ReceiveState.Body && _received.Unparsed >= Math.Min(_limits.HeadBytes, _limits.ReceiveHighWater));
        if (!_readPaused)
        {
            _readPaused = full;
        }
        else if (!full && held <= _limits.ReceiveLowWater)
        {
            _readPaused = false;
        }

        if (_readPaused && _received.BodyLength > _examined)
        {
            AwaitApplication();
        }
    }
}
