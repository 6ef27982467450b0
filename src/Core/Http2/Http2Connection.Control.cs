using System.Buffers.Binary;
using System.Text;

namespace PollHttp.Core.Http2;

/// <content>Frames of the connection (settings, pings, GOAWAY, windows) and the frames that answer them.</content>
internal sealed partial class Http2Connection
{
    private const int MostPingAnswers = 256;
    private const int MostSettingsAnswers = 16;
    private const int MostDebugOctets = 256;
    private const int StreamErrorCost = 10;

    /// <summary>Gets the payload of our pings; an acknowledgement with any other payload is not for them.</summary>
    private static ReadOnlySpan<byte> PingOctets => "PollHttp"u8;

    private int _settingsUnacknowledged;
    private bool _areSettingsAwaited;
    // The positions in the output of answers that have not been sent.
    private readonly Queue<long> _pingAnswers = new();
    private readonly Queue<long> _settingsAnswers = new();
    private bool _awaitsPing;
    private int _goAwayLast = int.MaxValue;
    private uint? _goAwayCode;
    private string? _goAwayText;

    /// <summary>Sends the preface, so that the settings of the server come within their limit. An exchange waits for them.</summary>
    internal void AskForSettings(Instant now)
    {
        _now = now;
        SendPreface();
        _areSettingsAwaited |= !_peer.HaveCome;
    }

    private void SendPreface()
    {
        if (_stage != Http2Stage.Fresh)
        {
            return;
        }

        _stage = Http2Stage.AwaitingPreface;
        (SettingId Id, int Value)[] settings =
        [
            (SettingId.EnablePush, 0),
            (SettingId.InitialWindowSize, _options.InitialStreamWindow),
            (SettingId.MaxHeaderListSize, _own.Limits.HeadBytes),
            (SettingId.NoRfc7540Priorities, 1),
        ];
        Span<byte> payload = stackalloc byte[settings.Length * SettingSize];
        int position = 0;
        foreach ((SettingId id, int value) in settings)
        {
            BinaryPrimitives.WriteInt16BigEndian(payload[position..], (short)id);
            BinaryPrimitives.WriteInt32BigEndian(payload[(position + sizeof(short))..], value);
            position += SettingSize;
        }

        _output.AddRaw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        _output.Add(new(payload.Length, FrameType.Settings, FrameFlags.None, 0), payload);
        _settingsUnacknowledged++;
        _timers.Set(TimerKind.Settings, _now, _options.SettingsTimeout);
        if (_options.ReceiveBudget > DefaultWindow)
        {
            _receiveWindow = _options.ReceiveBudget;
            _output.AddWindowUpdate(0, _options.ReceiveBudget - DefaultWindow);
        }

        ArmPing();
    }

    private void OnSettings(FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        _flood.Spend(1);
        if (frame.Has(FrameFlags.Ack))
        {
            if (_settingsUnacknowledged == 0)
            {
                FailConnection(Http2Error.ProtocolError, "SETTINGS were acknowledged that were not sent");
                return;
            }

            _settingsUnacknowledged--;
            _timers.Stop(TimerKind.Settings);
            return;
        }

        if (_settingsAnswers.Count >= MostSettingsAnswers)
        {
            FailConnection(Http2Error.EnhanceYourCalm, $"more than {MostSettingsAnswers} SETTINGS came, and no answer to them was taken");
            return;
        }

        _peer.Begin();
        _areSettingsAwaited = false;
        for (; !payload.IsEmpty && IsOpen; payload = payload[SettingSize..])
        {
            TakeSetting(BinaryPrimitives.ReadUInt16BigEndian(payload), BinaryPrimitives.ReadUInt32BigEndian(payload[sizeof(ushort)..]));
        }

        if (IsOpen)
        {
            // Frames that follow from the values are made later, so they are sent after this.
            _output.Add(new(0, FrameType.Settings, FrameFlags.Ack, 0), default);
            _settingsAnswers.Enqueue(_output.End);
        }
    }

    private void TakeSetting(int id, uint value)
    {
        int windowBefore = _peer.InitialWindow;
        Http2Error error = _peer.Take(id, value);
        if (error != Http2Error.NoError)
        {
            FailConnection(error, $"SETTINGS sets {id} to {value}");
            return;
        }

        switch ((SettingId)id)
        {
            case SettingId.HeaderTableSize:
                _encoder.LimitTable(value);
                break;
            case SettingId.InitialWindowSize when _peer.InitialWindow != windowBefore:
                MoveSendWindows(_peer.InitialWindow - windowBefore);
                break;
        }
    }

    /// <summary>Moves the windows of open streams with the initial window, even below 0 (RFC 9113 §6.9.2).</summary>
    private void MoveSendWindows(long change)
    {
        foreach (Http2Stream stream in _streams.Values)
        {
            if (stream.State == StreamState.Closed)
            {
                continue;
            }

            stream.SendWindow += change;
            if (stream.SendWindow > MaxWindow)
            {
                FailConnection(Http2Error.FlowControlError, $"SETTINGS moves the window of stream {stream.StreamId} past 2^31-1");
                return;
            }

            _toSend.Update(stream);
        }
    }

    private void OnPing(FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        if (frame.Has(FrameFlags.Ack))
        {
            if (_awaitsPing && payload.SequenceEqual(PingOctets))
            {
                _awaitsPing = false;
                _timers.Stop(TimerKind.KeepAlivePing);
                ArmPing();
            }

            return;
        }

        if (_pingAnswers.Count >= MostPingAnswers)
        {
            FailConnection(Http2Error.EnhanceYourCalm, $"more than {MostPingAnswers} PINGs came, and no answer to them was taken");
            return;
        }

        _output.Add(new(PingSize, FrameType.Ping, FrameFlags.Ack, 0), payload);
        _pingAnswers.Enqueue(_output.End);
    }

    private void OnGoAway(ReadOnlySpan<byte> payload)
    {
        int last = (int)(BinaryPrimitives.ReadUInt32BigEndian(payload) & int.MaxValue);
        uint code = BinaryPrimitives.ReadUInt32BigEndian(payload[sizeof(uint)..]);
        if (_goAwayCode is not null)
        {
            _flood.Spend(1);
            if (last > _goAwayLast)
            {
                return; // a later GOAWAY may only lower the last stream
            }
        }

        _goAwayLast = last;
        _goAwayCode = code;
        _goAwayText = Visible(payload[(2 * sizeof(uint))..]);
        _reasons |= CloseReasons.GoAway | CloseReasons.ServerAsked;
        foreach (Http2Stream stream in _streams.Values)
        {
            if (stream.State != StreamState.Closed && stream.StreamId > last)
            {
                Fail(stream, GoAwayFault(isUnprocessed: !stream.HasResponse), ClosedReason.OurReset);
            }
        }

        if (!_peer.HaveCome)
        {
            End(GoAwayFault(isUnprocessed: false), null); // the server sent GOAWAY in place of SETTINGS, and takes no requests
        }
    }

    private Fault GoAwayFault(bool isUnprocessed) => new()
    {
        Kind = FaultKind.GoAway,
        Phase = ConnectPhase.Http,
        ErrorCode = _goAwayCode,
        Detail = _goAwayText,
        Unprocessed = isUnprocessed,
        Retryable = isUnprocessed,
        IsDisplacement = isUnprocessed && _goAwayCode == (uint)Http2Error.NoError && _goAwayLast > 0,
    };

    /// <summary>Gets the visible characters of debug data, which is meant for people and may contain anything.</summary>
    private static string? Visible(ReadOnlySpan<byte> octets)
    {
        StringBuilder text = new();
        foreach (byte octet in octets[..Math.Min(octets.Length, MostDebugOctets)])
        {
            if (octet is >= (byte)' ' and < 0x7F)
            {
                text.Append((char)octet);
            }
        }

        return text.Length == 0 ? null : text.ToString();
    }

    private void OnWindowUpdate(int streamId, int increment)
    {
        _flood.OnCredit(increment);
        if (streamId != 0)
        {
            OnStreamWindowUpdate(streamId, increment);
        }
        else if (increment == 0)
        {
            FailConnection(Http2Error.ProtocolError, "WINDOW_UPDATE of the connection is 0");
        }
        else if ((_sendWindow += increment) > MaxWindow)
        {
            FailConnection(Http2Error.FlowControlError, "WINDOW_UPDATE moves the connection's window past 2^31-1");
        }
    }

    private void OnStreamWindowUpdate(int streamId, int increment)
    {
        if (FindOpen(streamId) is not { } stream)
        {
            return;
        }

        if (increment == 0)
        {
            FailStream(stream, Http2Error.ProtocolError, FaultKind.ProtocolViolation, "WINDOW_UPDATE is 0");
        }
        else if ((stream.SendWindow += increment) > MaxWindow)
        {
            FailStream(stream, Http2Error.FlowControlError, FaultKind.ProtocolViolation, "WINDOW_UPDATE moves the window past 2^31-1");
        }
        else
        {
            _toSend.Update(stream);
        }
    }

    /// <summary>Forgets answers that were sent. A long content may keep the output from ever being empty.</summary>
    private void ForgetSentAnswers(Queue<long> answers)
    {
        while (answers.TryPeek(out long end) && (end <= _output.Sent || _output.IsEmpty))
        {
            _ = answers.Dequeue();
        }
    }

    /// <summary>Tells the peer that a stream is reset.</summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="code">The error code of the frame.</param>
    /// <param name="stream">The stream while its exchange is known. It counts towards the peer's limit until the frame has been sent.</param>
    private void QueueReset(int streamId, Http2Error code, Http2Stream? stream)
    {
        _output.AddReset(streamId, code, stream);
        _resetsQueued += stream is null ? 0 : 1;
    }
}
