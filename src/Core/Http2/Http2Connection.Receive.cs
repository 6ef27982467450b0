using System.Buffers.Binary;

namespace PollHttp.Core.Http2;

/// <content>Received frames: checks their streams and their lengths, then passes them on.</content>
internal sealed partial class Http2Connection
{
    private const int MostSettings = 32;
    private const int SettingSize = 6;
    private const int PrioritySize = 5;
    private const int PingSize = 8;

    /// <inheritdoc/>
    public override Memory<byte> GetReceiveBuffer(int sizeHint = 0) =>
        _stage >= Http2Stage.Ending ? default : _received.GetWritable(sizeHint, isShared: _open > 1);

    /// <inheritdoc/>
    public override void CommitReceived(int count, Instant now)
    {
        if (_stage >= Http2Stage.Ending || count == 0)
        {
            return;
        }

        (Slab slab, int position) = _received.Commit(count);
        int end = position + count;
        _now = now;
        _flood.OnTime(now);
        SendPreface();
        FrameStep step;
        do
        {
            step = _reader.Read(slab.Block.AsSpan(position, end - position), out int consumed);
            switch (step)
            {
                case FrameStep.Begun:
                    OnFrameBegun(_reader.Header);
                    break;
                case FrameStep.Payload when _reader.Header.Type == FrameType.Data:
                    OnData(slab, position, consumed);
                    break;
                case FrameStep.Payload:
                    OnFragment(slab.Block.AsSpan(position, consumed));
                    break;
                case FrameStep.Ended:
                    OnFrameEnded(_reader.Header);
                    break;
                case FrameStep.BadPadding:
                    FailConnection(Http2Error.ProtocolError, "padding is not shorter than its frame");
                    break;
            }

            position += consumed;
        }
        while (step != FrameStep.More && _stage < Http2Stage.Ending);

        if (_flood.IsExhausted && _stage < Http2Stage.Ending)
        {
            FailConnection(Http2Error.EnhanceYourCalm, "too many useless frames came");
        }

        OnFramesRead();
    }

    private void OnFrameBegun(FrameHeader frame)
    {
        _resetsUnanswered = 0;
        _isProbing = false;
        if (_stage == Http2Stage.AwaitingPreface)
        {
            if (!IsPreface(frame))
            {
                return;
            }

            _stage = Http2Stage.Open;
        }

        if (frame.Length > FrameSize)
        {
            FailConnection(Http2Error.FrameSizeError, $"a frame has {frame.Length} octets, over the {FrameSize} that we take");
        }
        else if (_block.IsOpen && (frame.Type != FrameType.Continuation || frame.StreamId != _block.StreamId))
        {
            FailConnection(Http2Error.ProtocolError, $"{Name(frame)} came inside the field block of stream {_block.StreamId}");
        }
        else if (CheckPlace(frame) && CheckLength(frame))
        {
            switch (frame.Type)
            {
                case FrameType.Data:
                    BeginData(frame);
                    break;
                case FrameType.Headers:
                    BeginBlock(frame);
                    break;
                case FrameType.Continuation:
                    ContinueBlock(frame);
                    break;
            }
        }
    }

    /// <summary>Determines whether a frame is a valid first frame: SETTINGS (RFC 9113 §3.4), or a GOAWAY that says why not. Any other may be
    /// another protocol.</summary>
    private bool IsPreface(FrameHeader frame)
    {
        if (frame is { Type: FrameType.GoAway, StreamId: 0 } || (frame is { Type: FrameType.Settings, StreamId: 0 } && !frame.Has(FrameFlags.Ack)))
        {
            return true;
        }

        Span<byte> octets = stackalloc byte[FrameHeader.Size];
        frame.Write(octets);
        if (!RefuseOtherProtocol(octets))
        {
            FailConnection(Http2Error.ProtocolError, $"the first frame is {Name(frame)}, not SETTINGS");
        }

        return false;
    }

    /// <summary>Recognizes the answers of servers that don't speak HTTP/2 to its preface.</summary>
    private bool RefuseOtherProtocol(ReadOnlySpan<byte> octets)
    {
        string? protocol = octets.StartsWith("HTTP/"u8) ? "HTTP/1" : octets.StartsWith("SSH-"u8) ? "SSH"
            : octets.StartsWith((ReadOnlySpan<byte>)[0x15, 3]) ? "TLS"
            : null;
        if (protocol is null)
        {
            return false;
        }

        End(new Fault { Kind = FaultKind.UnsupportedVersion, Phase = ConnectPhase.Http, Detail = $"it answered in {protocol}, not in HTTP/2" }, null);
        return true;
    }

    /// <summary>Checks that a frame may come on its stream.</summary>
    private bool CheckPlace(FrameHeader frame)
    {
        bool isOfConnection = frame.StreamId == 0;
        bool isOk;
        switch (frame.Type)
        {
            case FrameType.Settings or FrameType.Ping or FrameType.GoAway:
                isOk = isOfConnection;
                break;
            case FrameType.Priority:
                isOk = !isOfConnection;
                break;
            case FrameType.Data or FrameType.Headers or FrameType.RstStream:
                isOk = !isOfConnection && IsBegun(frame.StreamId);
                break;
            case FrameType.WindowUpdate:
                isOk = isOfConnection || IsBegun(frame.StreamId);
                break;
            case FrameType.Continuation:
                isOk = _block.IsOpen;
                break;
            case FrameType.PushPromise or FrameType.PriorityUpdate:
                isOk = false;
                break;
            default:
                _flood.Spend(1);
                return true;
        }

        if (!isOk)
        {
            FailConnection(Http2Error.ProtocolError, $"{Name(frame)} came on stream {frame.StreamId}, where it is not allowed");
        }

        return isOk;
    }

    private bool CheckLength(FrameHeader frame)
    {
        int padding = frame.Has(FrameFlags.Padded) ? 1 : 0;
        bool isOk = frame.Type switch
        {
            FrameType.Data => frame.Length >= padding,
            FrameType.Headers => frame.Length >= padding + (frame.Has(FrameFlags.Priority) ? PrioritySize : 0),
            FrameType.RstStream or FrameType.WindowUpdate => frame.Length == sizeof(uint),
            FrameType.Settings => frame.Has(FrameFlags.Ack) ? frame.Length == 0 : frame.Length % SettingSize == 0,
            FrameType.Ping => frame.Length == PingSize,
            FrameType.GoAway => frame.Length >= 2 * sizeof(uint),
            _ => true,
        };
        if (!isOk)
        {
            FailConnection(Http2Error.FrameSizeError, $"{Name(frame)} has {frame.Length} octets");
        }
        else if (frame.Type == FrameType.Settings && frame.Length > MostSettings * SettingSize)
        {
            FailConnection(Http2Error.EnhanceYourCalm, $"SETTINGS has {frame.Length / SettingSize} values");
            return false;
        }

        return isOk;
    }

    private void OnFrameEnded(FrameHeader frame)
    {
        ReadOnlySpan<byte> payload = _reader.Gathered;
        switch (frame.Type)
        {
            case FrameType.Data:
                EndData(frame);
                break;
            case FrameType.Headers or FrameType.Continuation:
                EndFragment(frame);
                break;
            case FrameType.RstStream:
                OnReset(frame.StreamId, BinaryPrimitives.ReadUInt32BigEndian(payload));
                break;
            case FrameType.Settings:
                OnSettings(frame, payload);
                break;
            case FrameType.Ping:
                OnPing(frame, payload);
                break;
            case FrameType.GoAway:
                OnGoAway(payload);
                break;
            case FrameType.WindowUpdate:
                OnWindowUpdate(frame.StreamId, (int)(BinaryPrimitives.ReadUInt32BigEndian(payload) & int.MaxValue));
                break;
            case FrameType.Priority:
                _flood.Spend(1);
                if (frame.Length != PrioritySize && FindOpen(frame.StreamId) is { } stream)
                {
                    FailStream(stream, Http2Error.FrameSizeError, FaultKind.ProtocolViolation, $"PRIORITY has {frame.Length} octets");
                }

                break;
        }
    }

    /// <summary>Determines whether the peer can know a stream: otherwise the stream is idle to it, and it may send nothing on it (RFC 9113
    /// §5.1).</summary>
    private bool IsBegun(int streamId) => (streamId & 1) == 1 && streamId <= _lastSent;

    private static long ExchangeOf(int streamId) => (streamId + 1L) / 2;

    /// <summary>Gets a stream; null if it is unknown or closed.</summary>
    private Http2Stream? FindOpen(int streamId) =>
        _streams.TryGetValue(ExchangeOf(streamId), out Http2Stream? stream) && stream.State != StreamState.Closed && (streamId & 1) == 1 ? stream : null;

    private static string Name(FrameHeader frame) => frame.Type switch
    {
        FrameType.Data => "DATA",
        FrameType.Headers => "HEADERS",
        FrameType.Priority => "PRIORITY",
        FrameType.RstStream => "RST_STREAM",
        FrameType.Settings => "SETTINGS",
        FrameType.PushPromise => "PUSH_PROMISE",
        FrameType.Ping => "PING",
        FrameType.GoAway => "GOAWAY",
        FrameType.WindowUpdate => "WINDOW_UPDATE",
        FrameType.Continuation => "CONTINUATION",
        FrameType.PriorityUpdate => "PRIORITY_UPDATE",
        _ => $"a frame of type {(int)frame.Type}",
    };
}
