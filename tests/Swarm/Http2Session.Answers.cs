using PollHttp.Testing;

namespace PollHttp.Swarm;

/// <content>What the server sends: the steps of answers, in turns, as windows allow; and the ends of the connection.</content>
internal sealed partial class Http2Session
{
    // Timers of the connection; those of answers are named after their streams.
    private const int CreditTimer = 0;
    private const int GoAwayTimer = -1;
    private const int ResetTimer = -2;
    private const int EndTimer = -3;
    private const int ResumeTimer = -4;
    private const int StreamsTimer = -5;

    private readonly Http2FieldWriter _writer = new();
    private long _sendWindow = DefaultWindow;
    private int _clientWindow = DefaultWindow;

    private bool IsOver => _state == SessionState.Over;

    public void OnTimer(int token)
    {
        switch (token)
        {
            case CreditTimer when !IsOver:
                OnCreditTimer();
                break;
            case GoAwayTimer when !IsOver:
                GoAway();
                RunSteps();
                break;
            case ResetTimer:
                _state = SessionState.Over;
                peer.Reset(afterData: _draw.Chance(50));
                break;
            case EndTimer:
                _state = SessionState.Over;
                peer.End();
                break;
            case ResumeTimer:
                _state = SessionState.Open;
                peer.ResumeReading();
                OnReceived();
                break;
            case StreamsTimer when !IsOver:
                SendSettings([(3, plan.Streams ?? 1000)]);
                break;
            case > 0:
                _streams[token].Marks &= ~StreamMarks.Waiting;
                RunSteps();
                break;
        }
    }

    /// <summary>Runs the steps of all answers that can go on, a frame of each in turn.</summary>
    private void RunSteps()
    {
        bool moved = !IsOver;
        while (moved)
        {
            moved = false;
            for (int i = 0; i < _answering.Count && !IsOver; i++)
            {
                moved |= RunStep(_answering[i]);
            }

            _answering.RemoveAll(static s => s.IsBroken || s.Steps.Count == 0);
        }

        if (!IsOver && _lastTaken < int.MaxValue && _streams.Values.All(s => s.IsClosed || s.Id > _lastTaken))
        {
            _state = SessionState.Over;
            peer.End();
        }
    }

    private bool RunStep(Http2SessionStream stream)
    {
        if (stream.IsBroken || stream.Has(StreamMarks.Waiting) || !stream.Steps.TryPeek(out Http2Step step))
        {
            return false;
        }

        if (step.Kind == Http2StepKind.Data && !SendData(stream, step))
        {
            return false;
        }

        if (step.Kind == Http2StepKind.Data && stream.Sent < step.Bytes.Length)
        {
            return true;
        }

        stream.Sent = 0;
        _ = stream.Steps.Dequeue();
        switch (step.Kind)
        {
            case Http2StepKind.Wait:
                stream.Marks |= StreamMarks.Waiting;
                peer.CallAfter(step.Time, stream.Id);
                break;
            case Http2StepKind.End:
                Send(Http2Frame.Data(stream.Id, ReadOnlyMemory<byte>.Empty, endStream: true));
                break;
            case Http2StepKind.Head:
                SendFields(stream, step.Fields, step.EndsStream);
                break;
            case Http2StepKind.Reset:
                stream.Marks |= StreamMarks.Reset;
                Send(Http2Frame.Reset(stream.Id, step.Code));
                break;
            case Http2StepKind.Breach:
                Breach(stream, stream.Call!.Http2!.Breach);
                break;
        }

        stream.Marks |= step.EndsStream ? StreamMarks.Sent : StreamMarks.None;
        if (step.EndsStream && stream.Hop == stream.Call!.Answer.Redirects)
        {
            CloseAfter(stream.Call.Answer);
        }

        return true;
    }

    private void SendFields(Http2SessionStream stream, (string Name, string Value)[] fields, bool endsStream)
    {
        byte[] block = _writer.Write(fields);
        int fragments = stream.Call?.Http2?.Fragments ?? 1;
        int size = Math.Max(1, (block.Length + fragments - 1) / fragments);
        for (int sent = 0; sent == 0 || sent < block.Length; sent += size)
        {
            bool isLast = sent + size >= block.Length;
            Http2FrameFlags flags = (isLast ? Http2FrameFlags.EndHeaders : 0) | (endsStream && sent == 0 ? Http2FrameFlags.EndStream : 0);
            Send(new(sent == 0 ? Http2FrameType.Headers : Http2FrameType.Continuation, flags, stream.Id, block.AsMemory(sent, Math.Min(size, block.Length - sent))));
        }
    }

    /// <summary>Sends a DATA frame of a step.</summary>
    /// <returns>False if the windows have no room for one.</returns>
    private bool SendData(Http2SessionStream stream, in Http2Step step)
    {
        Http2CallPlan? own = stream.Call!.Http2;
        long room = Math.Min(_sendWindow, stream.SendWindow);
        int padding = own?.Padding ?? -1;
        padding = padding + 1 < room ? padding : -1;
        int count = (int)Math.Min(Math.Min(step.Bytes.Length - stream.Sent, Math.Min(own?.FrameSize ?? FrameSize, FrameSize - 1 - padding)), room - padding - 1);
        if (count <= 0)
        {
            return false;
        }

        ReadOnlyMemory<byte> data = step.Bytes.Slice(stream.Sent, count);
        stream.Sent += count;
        bool isEnd = step.EndsStream && stream.Sent == step.Bytes.Length;
        Http2FrameFlags flags = (isEnd ? Http2FrameFlags.EndStream : 0) | (padding < 0 ? 0 : Http2FrameFlags.Padded);
        ReadOnlyMemory<byte> payload = padding < 0 ? data : (byte[])[(byte)padding, .. data.Span, .. new byte[padding]];
        _sendWindow -= payload.Length;
        stream.SendWindow -= payload.Length;
        Send(new(Http2FrameType.Data, flags, stream.Id, payload));
        return true;
    }

    private void CloseAfter(AnswerPlan answer)
    {
        switch (answer.After)
        {
            case AfterKind.Announced when _lastTaken == int.MaxValue:
                Send(Http2Frame.GoAway(int.MaxValue, 0));
                peer.CallAfter(_draw.Milliseconds(0, 300), GoAwayTimer);
                break;
            case AfterKind.Close:
                GoAway();
                break;
            case AfterKind.Reset or AfterKind.CloseLater:
                peer.CallAfter(TimeSpan.FromMilliseconds(answer.CutAt % 20), answer.After == AfterKind.Reset ? ResetTimer : EndTimer);
                break;
        }
    }

    /// <summary>Takes no more requests, and ends when those taken have been answered.</summary>
    private void GoAway()
    {
        _lastTaken = Math.Min(_lastTaken, _highestTaken);
        Send(Http2Frame.GoAway(_lastTaken, 0, "bye"));
    }

    private void Breach(Http2SessionStream stream, BreachKind breach)
    {
        if (breach >= BreachKind.DataOnConnection)
        {
            _state = SessionState.Breached;
            peer.CallAfter(TimeSpan.FromSeconds(1), EndTimer);
        }

        int id = stream.Id;
        switch (breach)
        {
            case BreachKind.Length:
                stream.Marks |= StreamMarks.Sent;
                Send(Http2Frame.Data(id, ReadOnlyMemory<byte>.Empty, endStream: true));
                break;
            case BreachKind.SecondHead:
                SendFields(stream, [(":status", "200")], endsStream: false);
                break;
            case BreachKind.PseudoTrailer:
                stream.Marks |= StreamMarks.Sent;
                SendFields(stream, [(":status", "200")], endsStream: true);
                break;
            case BreachKind.NoIncrement:
                Send(Http2Frame.WindowUpdate(id, 0));
                break;
            case BreachKind.Overflow:
                stream.ReceiveWindow += int.MaxValue; // until the second is read, the first holds
                Send(Http2Frame.WindowUpdate(id, int.MaxValue));
                Send(Http2Frame.WindowUpdate(id, int.MaxValue));
                break;
            case BreachKind.DataOnConnection:
                Send(Http2Frame.Data(0, "x"));
                break;
            case BreachKind.ShortPing:
                Send(Http2Frame.Ping(new byte[7]));
                break;
            case BreachKind.ShortSettings:
                Send(new(Http2FrameType.Settings, 0, 0, new byte[5]));
                break;
            case BreachKind.Push:
                Send(Http2Frame.Headers(2, false, (":status", "200")));
                break;
            case BreachKind.Continuation:
                Send(new(Http2FrameType.Continuation, Http2FrameFlags.EndHeaders, id, ReadOnlyMemory<byte>.Empty));
                break;
            case BreachKind.Block:
                Send(Http2Frame.Headers(id, true, [0x80]));
                break;
            case BreachKind.Interleaved:
                Send(new(Http2FrameType.Headers, 0, id, ReadOnlyMemory<byte>.Empty));
                Send(Http2Frame.Ping(new byte[8]));
                break;
            case BreachKind.Large:
                Send(Http2Frame.Data(id, new byte[FrameSize + 1]));
                break;
            case BreachKind.Noise:
                peer.Send((ReadOnlySpan<byte>)[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
                break;
            case BreachKind.GoAway:
                _lastTaken = _highestTaken;
                Send(Http2Frame.GoAway(_lastTaken, 11, "calm down"));
                break;
        }
    }

    private void SendSettings((int Id, uint Value)[] settings)
    {
        _settings.Enqueue(settings);
        Send(Http2Frame.Settings(settings));
    }

    private void Send(Http2Frame frame) => ScriptedHttp2Server.Send(peer, frame);
}
