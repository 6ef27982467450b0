namespace PollHttp.Testing;

/// <summary>Represents one connection of a <see cref="ScriptedHttp2Server"/>: its ledger, and what it still has to send.</summary>
internal sealed class Http2ServerConnection(ScriptedHttp2Server server, ServerPeer peer)
{
    private const int DefaultWindow = 65_535;
    private const int ProtocolError = 1;

    private readonly Http2FieldReader _fields = new();
    private readonly Dictionary<int, Http2ServerStream> _streams = [];
    private readonly List<byte> _block = [];
    private bool _hasPreface;
    private bool _hasAcknowledged;
    private bool _isOver;
    private int _lastStream;
    private int _blockStream;
    private bool _blockEndsStream;
    private long _sendWindow = DefaultWindow;
    private long _receiveWindow = DefaultWindow;
    private int _clientWindow = DefaultWindow;
    private int _ownWindow = DefaultWindow;
    private long _maxStreams = long.MaxValue;

    private int OpenStreams => _streams.Values.Count(static s => !s.IsClosed);

    public void OnReceived()
    {
        try
        {
            Read();
        }
        catch (FormatException problem)
        {
            server.NoteProblem(problem.Message);
            _isOver = true;
            Send(Http2Frame.GoAway(_lastStream, ProtocolError, problem.Message));
            peer.Close();
        }
    }

    /// <summary>Handles that the delay of a reply has passed.</summary>
    public void OnTimer(int streamId)
    {
        if (_streams.TryGetValue(streamId, out Http2ServerStream? stream) && !stream.IsClosed && !_isOver)
        {
            Reply(stream);
        }
    }

    private void Read()
    {
        ReadOnlySpan<byte> preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;
        if (!_hasPreface)
        {
            int count = Math.Min(preface.Length, peer.Received.Length);
            Require(peer.Received[..count].SequenceEqual(preface[..count]), "the preface is wrong");
            if (count < preface.Length)
            {
                return;
            }

            _hasPreface = true;
            peer.Consume(preface.Length);
        }

        while (!_isOver && Http2Frame.TryRead(peer.Received, out int consumed) is { } frame)
        {
            peer.Consume(consumed);
            server.NoteFrame(frame);
            Take(frame);
        }
    }

    private void Take(Http2Frame frame)
    {
        Require(frame.Payload.Length <= 16_384, "a frame is over 16,384 octets");
        Require(_blockStream == 0 || (frame.Type == Http2FrameType.Continuation && frame.StreamId == _blockStream), $"{frame.Type} inside a field block");
        switch (frame.Type)
        {
            case Http2FrameType.Headers:
                TakeHeaders(frame);
                break;
            case Http2FrameType.Continuation:
                TakeFragment(frame);
                break;
            case Http2FrameType.Data:
                TakeData(frame);
                break;
            case Http2FrameType.RstStream:
                Http2ServerStream reset = Known(frame);
                Require(reset.Request.ResetCode is null, $"stream {frame.StreamId} is reset twice");
                reset.Request.ResetCode = frame.ReadNumber();
                reset.IsReset = true;
                break;
            case Http2FrameType.Settings when (frame.Flags & Http2FrameFlags.Ack) == 0:
                TakeSettings(frame);
                break;
            case Http2FrameType.Settings:
                OnAcknowledged();
                break;
            case Http2FrameType.Ping when (frame.Flags & Http2FrameFlags.Ack) == 0:
                Send(Http2Frame.Ping(frame.Payload, ack: true));
                break;
            case Http2FrameType.WindowUpdate:
                TakeWindowUpdate(frame);
                break;
        }
    }

    private void TakeHeaders(Http2Frame frame)
    {
        Require((frame.Flags & Http2FrameFlags.Padded) == 0 && (frame.Flags & Http2FrameFlags.Priority) == 0, "HEADERS with padding or priority");
        if (frame.StreamId > _lastStream)
        {
            Require(frame.StreamId % 2 == 1 && frame.StreamId == _lastStream + 2 - (_lastStream == 0 ? 1 : 0), $"stream {frame.StreamId} after {_lastStream}");
            Require(OpenStreams < _maxStreams, $"more than {_maxStreams} streams are open");
        }
        else
        {
            Http2ServerStream stream = Known(frame);
            Require(!stream.Request.IsWhole && stream.Request.ResetCode is null, $"HEADERS on stream {frame.StreamId} after its end");
        }

        _blockStream = frame.StreamId;
        _blockEndsStream = (frame.Flags & Http2FrameFlags.EndStream) != 0;
        _block.Clear();
        TakeFragment(frame);
    }

    private void TakeFragment(Http2Frame frame)
    {
        Require(_blockStream != 0, "CONTINUATION without HEADERS");
        _block.AddRange(frame.Payload.Span);
        if ((frame.Flags & Http2FrameFlags.EndHeaders) == 0)
        {
            return;
        }

        List<KeyValuePair<string, string>> fields = _fields.Read(_block.ToArray());
        int streamId = _blockStream;
        _blockStream = 0;
        Require(!fields.Exists(static f => f.Key.Any(char.IsAsciiLetterUpper)), "a name in upper case");
        if (streamId <= _lastStream)
        {
            Require(_blockEndsStream && !fields.Exists(static f => f.Key.StartsWith(':')), "trailers that end nothing, or have pseudo-fields");
            _streams[streamId].Request.Trailers = fields;
            EndRequest(_streams[streamId]);
            return;
        }

        _lastStream = streamId;
        CheckRequest(fields);
        Http2Request request = new(peer.ConnectionNumber, streamId, fields);
        Http2ServerStream stream = new(request) { SendWindow = _clientWindow, ReceiveWindow = _ownWindow };
        _streams.Add(streamId, stream);
        server.NoteRequest(request, OpenStreams);
        if (_blockEndsStream)
        {
            EndRequest(stream);
        }
        else if (server.AnswersEarly || request.Method == "CONNECT" || stream.Request.Field("expect") is not null)
        {
            if (stream.Request.Field("expect") is not null && !server.AnswersEarly && request.Method != "CONNECT")
            {
                Send(Http2Frame.Headers(streamId, false, (":status", "100")));
            }
            else
            {
                Decide(stream);
            }
        }
    }

    internal static void CheckRequest(List<KeyValuePair<string, string>> fields)
    {
        string[] pseudo = [.. fields.TakeWhile(static f => f.Key.StartsWith(':')).Select(static f => f.Key)];
        Require(pseudo.Distinct().Count() == pseudo.Length, "a pseudo-field twice");
        Require(!fields.Skip(pseudo.Length).Any(static f => f.Key.StartsWith(':')), "a pseudo-field after a field");
        Require(pseudo.Contains(":method") && (pseudo.Contains(":path") || fields[0].Value == "CONNECT"), "a pseudo-field is missing");
        string[] forbidden = ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "host"];
        Require(!fields.Exists(f => forbidden.Contains(f.Key)), "a field that HTTP/2 does not have");
        Require(!fields.Exists(static f => f.Key == "te" && f.Value != "trailers"), "TE other than trailers");
    }

    private void TakeData(Http2Frame frame)
    {
        Http2ServerStream stream = Known(frame);
        Require(!stream.Request.IsWhole && stream.Request.ResetCode is null, $"DATA on stream {frame.StreamId} after its end");
        _receiveWindow -= frame.Payload.Length;
        stream.ReceiveWindow -= frame.Payload.Length;
        Require(_receiveWindow >= 0 && stream.ReceiveWindow >= 0, $"DATA on stream {frame.StreamId} over its window");
        stream.Request.Append(frame.Payload);
        bool isEnd = (frame.Flags & Http2FrameFlags.EndStream) != 0;
        if (server.GivesCredit && frame.Payload.Length > 0)
        {
            _receiveWindow += frame.Payload.Length;
            Send(Http2Frame.WindowUpdate(0, (uint)frame.Payload.Length));
            if (!isEnd && !stream.IsClosed)
            {
                stream.ReceiveWindow += frame.Payload.Length;
                Send(Http2Frame.WindowUpdate(frame.StreamId, (uint)frame.Payload.Length));
            }
        }

        if (stream is { Reply.Tunnel: { } answer, IsReset: false })
        {
            ReadOnlyMemory<byte> piece = frame.Payload.IsEmpty ? default : answer(frame.Payload);
            stream.TunnelData.AddRange(piece.Span);
            SendTunnel(stream);
        }

        if (isEnd)
        {
            EndRequest(stream);
            SendTunnel(stream);
        }
    }

    /// <summary>Sends what a tunnel answers as far as the windows allow, and its end after that of the client.</summary>
    private void SendTunnel(Http2ServerStream stream)
    {
        if (stream is not { Reply.Tunnel: not null, IsClosed: false })
        {
            return;
        }

        while (stream.TunnelData.Count > 0 && _sendWindow > 0 && stream.SendWindow > 0)
        {
            int count = (int)Math.Min(Math.Min(stream.Reply.FrameSize, stream.TunnelData.Count), Math.Min(_sendWindow, stream.SendWindow));
            Send(Http2Frame.Data(stream.Request.StreamId, stream.TunnelData.GetRange(0, count).ToArray(), false));
            stream.TunnelData.RemoveRange(0, count);
            stream.SendWindow -= count;
            _sendWindow -= count;
        }

        if (stream.Request.IsWhole && stream.TunnelData.Count == 0)
        {
            stream.IsReplied = true;
            Send(Http2Frame.Data(stream.Request.StreamId, "", true));
        }
    }

    /// <summary>Applies the settings that were sent first: they bind the client once it has acknowledged them (RFC 9113 §6.5.3).</summary>
    private void OnAcknowledged()
    {
        if (_hasAcknowledged)
        {
            return;
        }

        _hasAcknowledged = true;
        foreach ((int id, uint value) in server.Settings)
        {
            switch (id)
            {
                case 1:
                    _fields.Limit(value);
                    break;
                case 3:
                    _maxStreams = value;
                    break;
                case 4:
                    foreach (Http2ServerStream stream in _streams.Values)
                    {
                        stream.ReceiveWindow += (int)value - _ownWindow;
                    }

                    _ownWindow = (int)value;
                    break;
            }
        }
    }

    private void TakeSettings(Http2Frame frame)
    {
        Send(Http2Frame.SettingsAck());
        for (int i = 0; i < frame.Payload.Length; i += 6)
        {
            if ((frame.Payload.Span[i] << 8 | frame.Payload.Span[i + 1]) == 4)
            {
                int window = (int)frame.ReadNumber(i + 2);
                foreach (Http2ServerStream stream in _streams.Values)
                {
                    stream.SendWindow += window - _clientWindow;
                }

                _clientWindow = window;
            }
        }
    }

    private void TakeWindowUpdate(Http2Frame frame)
    {
        int increment = (int)frame.ReadNumber();
        Require(increment > 0, "WINDOW_UPDATE of 0");
        if (frame.StreamId == 0)
        {
            _sendWindow += increment;
            Require(_sendWindow <= int.MaxValue, "the connection's window is past 2^31-1");
        }
        else
        {
            Http2ServerStream stream = Known(frame);
            Require(stream.Request.ResetCode is null, $"WINDOW_UPDATE on stream {frame.StreamId}, which the client reset");
            stream.SendWindow += increment;
            Require(stream.SendWindow <= int.MaxValue, "a window is past 2^31-1");
        }

        foreach (Http2ServerStream stream in _streams.Values)
        {
            SendBody(stream);
            SendTunnel(stream);
        }
    }

    private void EndRequest(Http2ServerStream stream)
    {
        stream.Request.IsWhole = true;
        if (!stream.IsDecided)
        {
            Decide(stream);
        }
    }

    private void Decide(Http2ServerStream stream)
    {
        stream.IsDecided = true;
        stream.Reply = server.Answer(stream.Request);
        if (stream.Reply is { } reply && reply.Delay > TimeSpan.Zero)
        {
            peer.CallAfter(reply.Delay, stream.Request.StreamId);
        }
        else if (stream.Reply is not null)
        {
            Reply(stream);
        }
    }

    private void Reply(Http2ServerStream stream)
    {
        Http2Reply reply = stream.Reply!;
        int id = stream.Request.StreamId;
        if (reply.Frames is { } frames)
        {
            stream.IsReplied = true;
            foreach (Http2Frame frame in frames)
            {
                Send(frame);
            }

            return;
        }

        foreach (int interim in reply.Interims)
        {
            Send(Http2Frame.Headers(id, false, (":status", Number(interim))));
        }

        if (reply.Tunnel is not null)
        {
            Send(Http2Frame.Headers(id, false, [(":status", Number(reply.Status)), .. reply.Fields]));
            return;
        }

        bool isWhole = reply.Body.IsEmpty && reply.Trailers.Count == 0 && reply.ResetCode is null;
        stream.IsReplied = isWhole;
        Send(Http2Frame.Headers(id, isWhole, [(":status", Number(reply.Status)), .. reply.Fields]));
        stream.IsSending = !isWhole;
        SendBody(stream);
    }

    private void SendBody(Http2ServerStream stream)
    {
        if (!stream.IsSending || stream.IsReset)
        {
            return;
        }

        Http2Reply reply = stream.Reply!;
        int id = stream.Request.StreamId;
        while (stream.Sent < reply.Body.Length && _sendWindow > 0 && stream.SendWindow > 0)
        {
            int count = (int)Math.Min(Math.Min(reply.FrameSize, reply.Body.Length - stream.Sent), Math.Min(_sendWindow, stream.SendWindow));
            bool isEnd = stream.Sent + count == reply.Body.Length && reply.Trailers.Count == 0 && reply.ResetCode is null;
            Send(Http2Frame.Data(id, reply.Body.Slice(stream.Sent, count), isEnd));
            stream.Sent += count;
            stream.SendWindow -= count;
            _sendWindow -= count;
            stream.IsReplied |= isEnd;
        }

        if (stream.Sent < reply.Body.Length)
        {
            return;
        }

        stream.IsSending = false;
        if (reply.ResetCode is { } code)
        {
            stream.IsReset = stream.IsReplied = true;
            Send(Http2Frame.Reset(id, code));
        }
        else if (!stream.IsReplied)
        {
            stream.IsReplied = true;
            Send(Http2Frame.Headers(id, true, [.. reply.Trailers]));
        }
    }

    private Http2ServerStream Known(Http2Frame frame) =>
        _streams.TryGetValue(frame.StreamId, out Http2ServerStream? stream)
            ? stream
            : throw new FormatException($"{frame.Type} on stream {frame.StreamId}, which was not begun");

    private static string Number(int value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private void Send(Http2Frame frame) => ScriptedHttp2Server.Send(peer, frame);

    private static void Require(bool condition, string problem) => Http2FieldReader.Require(condition, problem);
}
