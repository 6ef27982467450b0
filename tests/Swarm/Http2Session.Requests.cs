using PollHttp.Testing;

namespace PollHttp.Swarm;

/// <content>What the server decides when a request comes: to refuse it, to take it, to be deaf; and credit for its content.</content>
internal sealed partial class Http2Session
{
    private const uint RefusedStream = 7;
    private const uint Http11Required = 13;
    private const int Step = 1024;

    // More of these on a connection would be taken for a flood.
    private const int MostUnacknowledged = 3;
    private const int MostRefusals = 40;

    private readonly List<Http2SessionStream> _answering = [];
    private long _owed;
    private int _lastTaken = int.MaxValue;
    private int _highestTaken;
    private int _refusals;
    private bool _creditIsDue;

    private void Begin(int id, List<KeyValuePair<string, string>> fields, bool endsStream)
    {
        string path = fields.First(static f => f.Key == ":path").Value;
        if (!ledger.TryFind(path, out CallPlan? call, out int hop))
        {
            throw new FormatException($"a request for {path}");
        }

        bool isBeyond = id > _lastTaken;
        uint? refusal = isBeyond ? null : RefusalOf(call, hop);
        bool isTaken = !isBeyond && refusal is null;
        Http2SessionStream stream = new(id, isTaken ? call : null, hop)
        {
            SendWindow = _clientWindow,
            ReceiveWindow = _ownWindow,
            Content = isTaken && !call.IsTunnel ? new(ledger, call) : null,
            AcceptsCoding = fields.Exists(f => f.Key == "accept-encoding" && f.Value.Contains(call.Answer.Coding, StringComparison.Ordinal)),
            Marks = (refusal is null ? StreamMarks.None : StreamMarks.Reset) | (endsStream && !isTaken ? StreamMarks.Received : StreamMarks.None),
        };
        _streams.Add(id, stream);
        if (refusal is { } code)
        {
            _refusals++;
            Send(Http2Frame.Reset(id, code));
        }

        if (!isTaken)
        {
            return;
        }

        _highestTaken = id;
        ledger.HeadSeen(call, hop, fields.First(static f => f.Key == ":method").Value);
        DoAside(call.Http2?.Aside ?? AsideKind.None);
        if (endsStream)
        {
            OnReceivedWhole(stream);
        }
        else if (fields.Exists(static f => f.Key == "expect") && call.Answer is { IsEarly: false, IsDeaf: false })
        {
            SendFields(stream, [(":status", "100")], endsStream: false);
        }

        if (call.Answer is { IsEarly: true, NeverAnswers: false } or { IsDeaf: true, NeverAnswers: false } || call is { IsTunnel: true, Answer.NeverAnswers: false })
        {
            GiveAnswer(stream);
        }

        if (_state == SessionState.Open && call is { Answer.IsDeaf: true, Http2.DeafFor: { Ticks: > 0 } time })
        {
            _state = SessionState.Deaf;
            peer.StopReading();
            deafUntil(peer.Network.Clock.Elapsed + time);
            peer.CallAfter(time, call.Http2.EndsDeaf ? ResetTimer : ResumeTimer);
        }

        GiveCredit(stream);
    }

    /// <summary>Refuses a request as its plan says, or as servers do with more streams than they take, before the client knows how many these are.</summary>
    private uint? RefusalOf(CallPlan call, int hop) =>
        plan.Streams is { } streams && OpenStreams >= streams && _limit == int.MaxValue ? RefusedStream
        : call.Http2 is not { } own ? null
        : own.RequiresHttp11 ? Http11Required
        : _refusals < MostRefusals && ledger.Refuse(call.Number, hop, own.Refusals) ? RefusedStream
        : null;

    private void GiveAnswer(Http2SessionStream stream)
    {
        if (stream.Has(StreamMarks.Answered))
        {
            return;
        }

        stream.Marks |= StreamMarks.Answered;
        foreach (Http2Step step in Http2Answer.Compose(stream.Call!, stream.Hop, stream.AcceptsCoding))
        {
            stream.Steps.Enqueue(step);
        }

        _answering.Add(stream);
    }

    /// <summary>Sends back what came through a tunnel, up to where it is cut.</summary>
    private void Echo(Http2SessionStream stream, ReadOnlyMemory<byte> bytes)
    {
        CallPlan call = stream.Call!;
        int wrong = Pattern.FirstWrong(call.Number, stream.Echoed, bytes.Span);
        Require(wrong < 0, $"wrong bytes in a tunnel, at {stream.Echoed + wrong} of {call}");
        bool isCut = call.Answer.Cut != CutKind.None && stream.Echoed + bytes.Length >= call.Answer.CutPlace;
        int count = isCut ? Math.Max(0, call.Answer.CutPlace - stream.Echoed) : bytes.Length;
        bool wasCut = call.Answer.Cut != CutKind.None && stream.Echoed > 0 && stream.Echoed >= call.Answer.CutPlace;
        stream.Echoed += bytes.Length;
        if (call.Answer.NeverAnswers || wasCut)
        {
            return;
        }

        if (count > 0)
        {
            GoOn(stream, new(Http2StepKind.Data) { Bytes = bytes[..count].ToArray() });
        }

        if (isCut)
        {
            GoOn(stream, call.Answer.Cut == CutKind.End ? new(Http2StepKind.End) { EndsStream = true } : new(Http2StepKind.Reset) { Code = call.Http2!.Code });
        }
    }

    private void GoOn(Http2SessionStream stream, Http2Step step)
    {
        if (stream.Has(StreamMarks.Sent))
        {
            return;
        }

        stream.Steps.Enqueue(step);
        if (!_answering.Contains(stream))
        {
            _answering.Add(stream);
        }
    }

    /// <summary>Lets the client send on, now or later.</summary>
    private void GiveCredit(Http2SessionStream stream)
    {
        if (plan.Credit == CreditKind.AtOnce)
        {
            PayCredit(stream, long.MaxValue);
            PayCredit(long.MaxValue);
        }
        else if (!_creditIsDue && (_owed > 0 || IsOwed(stream)))
        {
            _creditIsDue = true;
            peer.CallAfter(TimeSpan.FromMilliseconds(plan.Credit == CreditKind.Late ? _draw.Between(1, 100) : 10), CreditTimer);
        }
    }

    private void OnCreditTimer()
    {
        _creditIsDue = false;
        bool isLate = plan.Credit == CreditKind.Late;
        PayCredit(isLate ? long.MaxValue : FrameSize);
        foreach (Http2SessionStream stream in _streams.Values)
        {
            PayCredit(stream, isLate ? long.MaxValue : Step);
            GiveCredit(stream);
        }
    }

    private void PayCredit(long most)
    {
        long count = Math.Min(_owed, most);
        if (count > 0)
        {
            _owed -= count;
            _receiveWindow += count;
            Send(Http2Frame.WindowUpdate(0, (uint)count));
        }
    }

    private void PayCredit(Http2SessionStream stream, long most)
    {
        if (!IsOwed(stream))
        {
            return;
        }

        // Where the window was made smaller than what is owed, that would never be enough.
        long needed = Math.Max(stream.Owed, Step - stream.ReceiveWindow);
        long count = stream.ReceiveWindow < Step && stream.Owed < Step ? needed : Math.Min(stream.Owed, most);
        stream.Owed = Math.Max(0, stream.Owed - count);
        stream.ReceiveWindow += count;
        Send(Http2Frame.WindowUpdate(stream.Id, (uint)count));
    }

    private static bool IsOwed(Http2SessionStream stream) =>
        stream is { IsReceived: false, IsClosed: false, Call.Answer.IsDeaf: false } && (stream.Owed > 0 || stream.ReceiveWindow <= 0);

    private void DoAside(AsideKind aside)
    {
        if (_settings.Count > MostUnacknowledged && aside is AsideKind.Settings or AsideKind.NoStreams or AsideKind.Table)
        {
            return;
        }

        switch (aside)
        {
            case AsideKind.Ping:
                Send(Http2Frame.Ping(new byte[8]));
                break;
            case AsideKind.Settings:
                // A window stays small for a moment only: through one of a KiB a content takes as long as the network is far.
                SendSettings([(3, (uint)_draw.Between(1, 1000)), (4, _draw.Pick<uint>(0, 1, 1000, 65_535, 1_000_000)), (0x99, 1)]);
                SendSettings([(4, _draw.Pick<uint>(65_535, 1_000_000))]);
                break;
            case AsideKind.NoStreams:
                SendSettings([(3, 0)]);
                peer.CallAfter(_draw.Milliseconds(1, 500), StreamsTimer);
                break;
            case AsideKind.Table:
                SendSettings([(1, 0), (1, _draw.Pick<uint>(0, 64, 500, 4096, 100_000))]);
                break;
            case AsideKind.Unknown:
                Send(new((Http2FrameType)0x77, (Http2FrameFlags)0xFF, _lastStream, new byte[_draw.Below(1000)]));
                Send(new((Http2FrameType)0x0A, 0, 0, new byte[10]));
                Send(new((Http2FrameType)0x0C, 0, 0, new byte[10]));
                Send(new(Http2FrameType.Priority, 0, _lastStream, new byte[5]));
                break;
            case AsideKind.Closed when _streams.Values.LastOrDefault(static s => s.IsClosed) is { } closed:
                Send(new(Http2FrameType.Priority, 0, closed.Id, new byte[5]));
                Send(Http2Frame.WindowUpdate(closed.Id, 1));
                Send(Http2Frame.Reset(closed.Id, 8));
                break;
        }
    }
}
