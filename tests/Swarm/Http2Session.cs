using System.Buffers.Binary;
using PollHttp.Testing;

namespace PollHttp.Swarm;

/// <summary>
/// One connection of HTTP/2 at the simulated server. It holds the client to the rules (RFC 9113), with a ledger of its own, and answers as the plans
/// of the calls say. This part takes frames.
/// </summary>
internal sealed partial class Http2Session(ServerPeer peer, Ledger ledger, Http2Plan plan, long seed, Action<TimeSpan> deafUntil)
{
    /// <summary>The window of a stream unless settings say otherwise (RFC 9113 §6.5.2).</summary>
    public const int DefaultWindow = 65_535;

    private const int FrameSize = 16_384;

    private readonly Http2FieldReader _reader = new();
    private readonly Dictionary<int, Http2SessionStream> _streams = [];
    private readonly List<byte> _block = [];
    private readonly Queue<(int Id, uint Value)[]> _settings = new();
    private readonly Draw _draw = new(seed, 3_000_000 + peer.ConnectionNumber);
    private SessionState _state;
    private int _lastStream;
    private int _blockStream;
    private bool _blockEndsStream;
    private long _receiveWindow = DefaultWindow;
    private long _ownWindow = DefaultWindow;
    private uint _limit = int.MaxValue;

    private int OpenStreams => _streams.Values.Count(static s => !s.IsClosed);

    public void OnReceived()
    {
        try
        {
            Read();
            RunSteps();
        }
        catch (FormatException problem)
        {
            ledger.Fail("a rule of HTTP/2 broken", $"{problem.Message}, on connection {peer.ConnectionNumber}");
            _state = SessionState.Over;
            peer.Reset();
        }
    }

    private static void Require(bool condition, string problem) => Http2FieldReader.Require(condition, problem);

    private void Read()
    {
        ReadOnlySpan<byte> preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;
        if (_state == SessionState.AwaitingPreface)
        {
            if (peer.Received.Length < preface.Length)
            {
                return;
            }

            Require(peer.Received[..preface.Length].SequenceEqual(preface), "the preface is wrong");
            _state = SessionState.Open;
            peer.Consume(preface.Length);
            SendSettings(
            [
                (1, plan.Table), (4, plan.Window), .. plan.Streams is { } streams ? [(3, streams)] : Array.Empty<(int, uint)>(),
                .. plan.Tunnels > 0 ? [(8, 1u)] : Array.Empty<(int, uint)>(),
            ]);
            _owed += plan.More;
            PayCredit(long.MaxValue);
        }

        while (_state != SessionState.Deaf && Http2Frame.TryRead(peer.Received, out int consumed) is { } frame)
        {
            peer.Consume(consumed);
            if (_state != SessionState.Over)
            {
                Take(frame);
            }
        }
    }

    private void Take(Http2Frame frame)
    {
        Require(frame.Payload.Length <= FrameSize, "a frame is over 16,384 octets");
        Require(_blockStream == 0 || (frame.Type == Http2FrameType.Continuation && frame.StreamId == _blockStream), $"{frame.Type} inside a field block");
        bool isAck = (frame.Flags & Http2FrameFlags.Ack) != 0;
        switch (frame.Type)
        {
            case Http2FrameType.Headers:
                TakeHead(frame);
                break;
            case Http2FrameType.Continuation:
                TakeFragment(frame);
                break;
            case Http2FrameType.Data:
                TakeData(frame);
                break;
            case Http2FrameType.RstStream:
                Http2SessionStream reset = Known(frame);
                Require(!reset.IsResetByClient, $"stream {frame.StreamId} is reset twice");
                reset.Marks |= StreamMarks.ResetByClient;
                break;
            case Http2FrameType.Settings when isAck:
                Require(_settings.Count > 0, "SETTINGS acknowledged that were not sent");
                Apply(_settings.Dequeue());
                break;
            case Http2FrameType.Settings:
                TakeSettings(frame);
                break;
            case Http2FrameType.Ping when !isAck:
                Send(Http2Frame.Ping(frame.Payload, ack: true));
                break;
            case Http2FrameType.WindowUpdate:
                TakeWindowUpdate(frame);
                break;
            case Http2FrameType.GoAway:
                uint code = BinaryPrimitives.ReadUInt32BigEndian(frame.Payload.Span[4..]);
                Require(code == 0 || _state == SessionState.Breached, $"GOAWAY with code {code}: {System.Text.Encoding.Latin1.GetString(frame.Payload.Span[8..])}");
                Require(BinaryPrimitives.ReadUInt32BigEndian(frame.Payload.Span) == 0, "GOAWAY names a stream that the server never began");
                break;
        }
    }

    private void TakeHead(Http2Frame frame)
    {
        Require((frame.Flags & (Http2FrameFlags.Padded | Http2FrameFlags.Priority)) == 0, "HEADERS with padding or priority");
        if (frame.StreamId > _lastStream)
        {
            Require(frame.StreamId == _lastStream + (_lastStream == 0 ? 1 : 2), $"stream {frame.StreamId} after {_lastStream}");
            Require(OpenStreams < _limit, $"stream {frame.StreamId} with {OpenStreams} open, above the limit of {_limit}");
        }
        else
        {
            Http2SessionStream stream = Known(frame);
            Require(!stream.IsReceived && !stream.IsResetByClient, $"HEADERS on stream {frame.StreamId} after its end");
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

        List<KeyValuePair<string, string>> fields = _reader.Read(_block.ToArray());
        int id = _blockStream;
        _blockStream = 0;
        Require(!fields.Exists(static f => f.Key.Any(char.IsAsciiLetterUpper)), "a name in upper case");
        if (id <= _lastStream)
        {
            Require(_blockEndsStream && !fields.Exists(static f => f.Key.StartsWith(':')), "trailers that end nothing, or have pseudo-fields");
            OnReceivedWhole(_streams[id]);
            return;
        }

        _lastStream = id;
        Http2ServerConnection.CheckRequest(fields);
        Begin(id, fields, _blockEndsStream);
    }

    private void TakeData(Http2Frame frame)
    {
        Http2SessionStream stream = Known(frame);
        int count = frame.Payload.Length;
        Require(!stream.IsReceived && !stream.IsResetByClient, $"DATA on stream {frame.StreamId} after its end");
        _receiveWindow -= count;
        stream.ReceiveWindow -= count;
        Require(_receiveWindow >= 0, $"DATA on stream {frame.StreamId} over the window of the connection");
        Require(stream.ReceiveWindow >= 0 || count == 0, $"DATA on stream {frame.StreamId} over its window by {-stream.ReceiveWindow}");
        stream.Content?.Accept(frame.Payload.Span);
        if (stream.Call is { IsTunnel: true })
        {
            Echo(stream, frame.Payload);
        }

        _owed += count;
        stream.Owed += count;
        if ((frame.Flags & Http2FrameFlags.EndStream) != 0)
        {
            OnReceivedWhole(stream);
        }

        GiveCredit(stream);
    }

    private void OnReceivedWhole(Http2SessionStream stream)
    {
        stream.Marks |= StreamMarks.Received;
        stream.Content?.End();
        if (stream.Call is { Answer.NeverAnswers: false } call)
        {
            GiveAnswer(stream);
            if (call.IsTunnel)
            {
                GoOn(stream, new(Http2StepKind.End) { EndsStream = true });
            }
        }
    }

    private void Apply((int Id, uint Value)[] settings)
    {
        foreach ((int id, uint value) in settings)
        {
            switch (id)
            {
                case 1:
                    _reader.Limit(value);
                    break;
                case 3:
                    _limit = value;
                    break;
                case 4:
                    foreach (Http2SessionStream stream in _streams.Values)
                    {
                        stream.ReceiveWindow += value - _ownWindow;
                    }

                    _ownWindow = value;
                    break;
            }
        }

        foreach (Http2SessionStream stream in _streams.Values)
        {
            GiveCredit(stream);
        }
    }

    private void TakeSettings(Http2Frame frame)
    {
        Send(Http2Frame.SettingsAck());
        for (int i = 0; i < frame.Payload.Length; i += 6)
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(frame.Payload.Span[i..]) == 4)
            {
                Require(_streams.Count == 0, "the client changes its windows");
                _clientWindow = (int)BinaryPrimitives.ReadUInt32BigEndian(frame.Payload.Span[(i + 2)..]);
            }
        }
    }

    private void TakeWindowUpdate(Http2Frame frame)
    {
        long increment = BinaryPrimitives.ReadUInt32BigEndian(frame.Payload.Span);
        Require(increment > 0, "WINDOW_UPDATE of 0");
        if (frame.StreamId == 0)
        {
            _sendWindow += increment;
            Require(_sendWindow <= int.MaxValue, "the window of the connection is past 2^31-1");
            return;
        }

        Http2SessionStream stream = Known(frame);
        Require(!stream.IsResetByClient, $"WINDOW_UPDATE on stream {frame.StreamId}, which the client reset");
        stream.SendWindow += increment;
        Require(stream.SendWindow <= int.MaxValue, "a window is past 2^31-1");
    }

    private Http2SessionStream Known(Http2Frame frame) =>
        _streams.TryGetValue(frame.StreamId, out Http2SessionStream? stream)
            ? stream
            : throw new FormatException($"{frame.Type} on stream {frame.StreamId}, which was not begun");
}
