namespace PollHttp.Core.Http2;

/// <content>Field blocks: interim and final heads, trailers, and blocks of streams that are gone, which the table needs.</content>
internal sealed partial class Http2Connection
{
    private const int MostContinuations = 16;
    private const int MostEncodedFactor = 2;

    private FieldBlock _block;

    private void BeginBlock(FrameHeader frame)
    {
        Http2Stream? stream = FindOpen(frame.StreamId);
        bool isTaken = stream is { Receive: ReceiveState.Head or ReceiveState.Body };
        if (!isTaken && !CheckClosed(frame))
        {
            return;
        }

        BlockKind kind = !isTaken ? BlockKind.Discarded : stream!.Receive == ReceiveState.Head ? BlockKind.Head : BlockKind.Trailers;
        _block = new()
        {
            StreamId = frame.StreamId,
            EndsStream = frame.Has(FrameFlags.EndStream),
            Kind = kind,
            Head = kind switch
            {
                BlockKind.Head => stream!.Final, // an interim head is copied away once it is known to be one
                BlockKind.Trailers => stream!.Trailers,
                _ => null,
            },
        };
        _block.Head?.Reset();
        if (kind == BlockKind.Head && stream!.Times.FirstByte == Instant.Never)
        {
            stream.Times = stream.Times with { FirstByte = _now };
        }

        _fields.Start(kind, _block.Head, stream?.Options ?? _own, stream?.HeadBytes ?? 0, _own.Limits.HeadBytes);
        _decoder.Keep = _fields.UsualLimit;
        _decoder.Start();
    }

    private void ContinueBlock(FrameHeader frame)
    {
        if (++_block.Continuations > MostContinuations)
        {
            FailConnection(Http2Error.EnhanceYourCalm, $"a field block of stream {frame.StreamId} goes on in more than {MostContinuations} frames");
        }
    }

    private void OnFragment(ReadOnlySpan<byte> octets)
    {
        _block.Octets += octets.Length;
        if (!_decoder.Decode(octets, _fields))
        {
            FailConnection(Http2Error.CompressionError, _decoder.Problem!);
        }
        else if (_fields.IsHuge || _block.Octets > MostEncodedFactor * Math.Max((long)_fields.UsualLimit, FrameSize))
        {
            FailConnection(Http2Error.EnhanceYourCalm, $"a field block of stream {_block.StreamId} is far over the limit of {_fields.UsualLimit} bytes");
        }
    }

    private void EndFragment(FrameHeader frame)
    {
        if (frame.Length == 0)
        {
            _flood.Spend(1);
        }

        if (!frame.Has(FrameFlags.EndHeaders))
        {
            return;
        }

        int streamId = _block.StreamId;
        _block.StreamId = 0;
        if (!_decoder.Finish())
        {
            FailConnection(Http2Error.CompressionError, _decoder.Problem!);
            return;
        }

        if (_block.Kind == BlockKind.Discarded || FindOpen(streamId) is not { } stream)
        {
            return;
        }

        _flood.OnHead();
        _fields.Finish();
        stream.HeadBytes += _block.Kind == BlockKind.Head ? _fields.Size : 0;
        if (_fields.Problem != FaultKind.None)
        {
            RefuseBlock(stream);
        }
        else if (_block.Kind == BlockKind.Trailers)
        {
            EndTrailers(stream);
        }
        else if (_fields.Status < 200)
        {
            EndInterimHead(stream);
        }
        else
        {
            EndFinalHead(stream);
        }
    }

    /// <summary>Drops the rest of the block of a stream that has closed in the middle of it. The rest must not reach the next exchange of the
    /// stream object.</summary>
    private void DiscardBlockOf(Http2Stream stream)
    {
        if (_block.StreamId == stream.StreamId)
        {
            _block.Kind = BlockKind.Discarded;
            _block.Head = null;
            _fields.Discard();
        }
    }

    private void RefuseBlock(Http2Stream stream)
    {
        bool isTooLarge = _fields.Problem is FaultKind.HeadTooLarge or FaultKind.TooManyFields or FaultKind.TrailersTooLarge;
        _block.Head!.Reset();
        FailStream(stream, isTooLarge ? Http2Error.Cancel : Http2Error.ProtocolError, _fields.Problem, _fields.Detail, _fields.Limit);
    }

    private void EndTrailers(Http2Stream stream)
    {
        if (!_block.EndsStream)
        {
            stream.Trailers.Reset();
            Malformed(stream, "HEADERS after the final head do not end the stream");
            return;
        }

        if (!stream.Options.Allows(Leniency.AnyTrailers))
        {
            TrailerRules.RemoveForbidden(stream.Trailers.Storage, stream.Trailers.Headers);
        }

        EndResponse(stream);
    }

    private void EndInterimHead(Http2Stream stream)
    {
        if (_fields.Status == 101 && !_block.EndsStream && stream.Options.Allows(Leniency.UnofferedSwitch))
        {
            stream.Final.Reset();
            return;
        }

        if (_block.EndsStream || _fields.Status == 101)
        {
            stream.Final.Reset();
            Malformed(stream, _block.EndsStream ? "an interim head ends the stream" : "101 has no meaning in HTTP/2");
            return;
        }

        if (++stream.InterimCount > stream.Limits.InformationalCount)
        {
            stream.Final.Reset();
            FailStream(stream, Http2Error.Cancel, FaultKind.TooManyInformational, null, stream.Limits.InformationalCount);
            return;
        }

        FillHead(stream.Final, new(BodyFramingKind.None, 0));
        stream.Interims.Enqueue(stream.Final.Copy());
        stream.Final.Reset();
        if (_fields.Status == 100 && stream.Send == SendState.AwaitContinue)
        {
            Continue(stream);
        }

        AddEvent(stream, EventKind.Informational);
    }

    private void EndFinalHead(Http2Stream stream)
    {
        bool isTunnel = (stream.Traits & HeadTraits.Connect) != 0 && _fields.Status < 300;
        long length = isTunnel ? -1 : _fields.ContentLength; // meaningless in a 2xx to CONNECT (RFC 9110 §9.3.6)
        bool hasContent = isTunnel || ((stream.Traits & HeadTraits.Head) == 0 && _fields.Status is not (204 or 304));
        if (hasContent && _block.EndsStream && length > 0)
        {
            stream.Final.Reset();
            Malformed(stream, $"the response ends with its head, and announces {length} bytes");
            return;
        }

        if (hasContent && stream.Limits.BodyBytes is { } most && length > most)
        {
            stream.Final.Reset();
            FailStream(stream, Http2Error.Cancel, FaultKind.BodyTooLarge, null, most);
            return;
        }

        bool isEmpty = !hasContent || _block.EndsStream || length == 0;
        FillHead(stream.Final, isEmpty ? new(BodyFramingKind.None, 0) : new(BodyFramingKind.Frames, length));
        stream.Final.ContentLength = length;
        bool isEarly = stream.Send is SendState.Body or SendState.AwaitContinue;
        _ = stream.Apply(StreamEvent.FinalHead);
        stream.Timers.Stop(TimerKind.ResponseHead);
        stream.Timers.Stop(TimerKind.ContinueWait);
        AddEvent(stream, EventKind.ResponseHead);
        if (isEarly)
        {
            AddEvent(stream, EventKind.FinalHeadBeforeBodyEnd);
        }

        if (_block.EndsStream)
        {
            EndResponse(stream);
            return;
        }

        if (stream.Limits.MinimumBytesPerSecond is { } rate)
        {
            stream.Rate.Start(rate, stream.Limits.MinimumRateWindow, _now);
        }

        AwaitPeer(stream);
    }

    private void FillHead(ResponseHead head, BodyFraming framing)
    {
        head.StatusCode = _fields.Status;
        head.MajorVersion = 2;
        head.MinorVersion = 0;
        head.Framing = framing;
    }

    private void Malformed(Http2Stream stream, string detail) =>
        FailStream(stream, Http2Error.ProtocolError, FaultKind.MalformedResponse, detail);

    /// <summary>Handles DATA or HEADERS on a stream that expects none (RFC 9113 §5.1).</summary>
    /// <returns>False if the connection failed by it.</returns>
    private bool CheckClosed(FrameHeader frame)
    {
        if (FindOpen(frame.StreamId) is { Receive: ReceiveState.Done } uploading)
        {
            // The response stays valid. Only the upload can't continue.
            _flood.Spend(StreamErrorCost);
            ResetUpload(uploading, Http2Error.StreamClosed);
            return true;
        }

        switch (_closed[frame.StreamId])
        {
            case ClosedReason.Ended:
                FailConnection(Http2Error.StreamClosed, $"{Name(frame)} came on stream {frame.StreamId} after its end");
                return false;
            case ClosedReason.PeerReset:
                _flood.Spend(StreamErrorCost);
                _closed.Change(frame.StreamId, ClosedReason.PeerResetAndTold);
                QueueReset(frame.StreamId, Http2Error.StreamClosed, null);
                return true;
            case ClosedReason.PeerResetAndTold or ClosedReason.Unknown:
                _flood.Spend(1);
                return true;
            default:
                _flood.Spend(frame.Type == FrameType.Headers && !_closed.TryTakeEnd(frame.StreamId) ? 1 : 0); // it must be decoded all the same
                return true;
        }
    }
}
