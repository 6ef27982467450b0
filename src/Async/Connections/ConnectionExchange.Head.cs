using PollHttp.Bodies;
using PollHttp.Decoding;
using PollHttp.Exchanges;
using PollHttp.Policies;

namespace PollHttp.Connections;

// Delivers the head of a response: as a whole message if all of it has arrived, otherwise with a body that is still on the connection.
//
// Some heads are evaluated with objects of the user (credentials, a proxy, a redirect policy). That happens outside the lock. Until it is
// done, the call stays here, where its deadline and its token can end it. Nothing moves meanwhile: no byte is read, and events stay in the
// connection.
internal sealed partial class ConnectionExchange
{
    /// <summary>The largest body that is copied out if it arrived with its head, so that the connection is free at once.</summary>
    public const int DetachLimit = 64 * 1024;

    private HeadVerdict? _verdict;

    /// <summary>Handles the arrival of the final head.</summary>
    /// <returns>False if further events have to wait for the evaluation.</returns>
    public bool OnHead()
    {
        MoveTo(ExchangeStage.HeadReceived);
        if (connection.Wire.IsOpen)
        {
            connection.Wire.OnResponse(connection.Origin.DetachHead(OnWire));
        }

        if (_upload is { BlocksCaller: true })
        {
            OnEarlyResponse(); // also if all of the content was written and waits to be sent
        }

        return !MustAsk(Call);
    }

    public void OnInformational()
    {
        if (connection.Wire.IsOpen)
        {
            connection.Wire.OnInformational(OnWire.DetachResponseHead());
        }

        if (Call is { Options.OnInformational: { } callback } call)
        {
            new InformationalCall(call, callback, OnWire.DetachResponseHead()).Start(connection.Loop);
        }
    }

    /// <summary>Evaluates the head and delivers it. The evaluation may run elsewhere first.</summary>
    public void DeliverHead()
    {
        Exchange? call = Call;
        Call = null;
        if (call is null)
        {
            MoveTo(ExchangeStage.Body);
            connection.BeginClosing();
            return;
        }

        try
        {
            DeliverHead(call);
            EndIfDelivered();
        }
        catch (Exception error)
        {
            call.Fail(error); // the connection no longer has the call, and closes as well
            throw;
        }
    }

    /// <summary>Handles the verdict of the objects of the user.</summary>
    public void OnEvaluated(Exchange call, HeadVerdict verdict)
    {
        if (Stage == ExchangeStage.Evaluating && ReferenceEquals(Call, call))
        {
            _verdict = verdict;
            MoveTo(ExchangeStage.HeadReceived); // it is delivered with what followed it, like any other head
        }
    }

    private bool MustAsk(Exchange? call) => call?.Engine.AsksUserObjects(call, OnWire.ResponseHead) == true;

    private void DeliverHead(Exchange call)
    {
        if (_verdict is { } verdict)
        {
            _verdict = null;
            Deliver(call, verdict);
            return;
        }

        connection.NoteKeepAlive(OnWire.ResponseHead);
        if (RetryRules.IsStaleAnswer(call, OnWire, _mayBeStale))
        {
            MoveTo(ExchangeStage.Body);
            connection.SendOnNewConnection(call, bytesSent: 1);
            connection.BeginClosing();
            return;
        }

        if (!MustAsk(call))
        {
            Deliver(call, call.OnHead(OnWire.ResponseHead));
            return;
        }

        if (_upload is { IsNeeded: true })
        {
            OnEarlyResponse(); // which the connection has not reported yet
        }

        Call = call;
        MoveTo(ExchangeStage.Evaluating);
        new HeadCall(connection, call, OnWire.DetachResponseHead()).Start(connection.Loop);
    }

    private void Deliver(Exchange call, HeadVerdict verdict)
    {
        MoveTo(ExchangeStage.Body);
        switch (verdict)
        {
            case HeadVerdict.SendAgain:
                connection.Drain.Begin(call);
                return;
            case HeadVerdict.Stop:
                connection.Drain.Begin(null);
                return;
        }

        ResponseHead head = connection.Origin.DetachHead(OnWire);
        if (call.Protocol is not null && IsTunnelAccepted)
        {
            DeliverTunnel(call, head);
            return;
        }

        if (!CodingPlan.TryPlan(head, DecompressionOf(call), out ContentCodings[] codings))
        {
            call.Fail(FaultMapping.ToRequestException(call, new Fault
            {
                Kind = FaultKind.TooManyCodings,
                Phase = ConnectPhase.Http,
                BytesExpected = CodingPlan.MaxLinks,
                RequestBytesSent = OnWire.RequestBytesSent,
            }));
            connection.BeginClosing();
            return;
        }

        IProgress<ResponseProgress>? progress = call.Options?.ResponseProgress;
        if (OnWire.GetBody(out bool isWhole).Length <= DetachLimit && isWhole)
        {
            DeliverWhole(call, head, codings, progress);
            return;
        }

        Deadline = call.IsBuffered || _upload is { BlocksCaller: true } ? call.Deadline : Instant.Never;
        ConnectionBody body = new(connection, _id, call);
        Response response = new(
            call.Uri, head, body, codings.Length > 0 ? Decode(call, codings) : null, connection.Describe(), progress);
        AttachTimes(call, response);
        if (call.Succeed(response))
        {
            _body = body;
        }
        else
        {
            connection.BeginClosing();
        }
    }

    private void DeliverWhole(Exchange call, ResponseHead head, ContentCodings[] codings, IProgress<ResponseProgress>? progress)
    {
        ReadOnlySequence<byte> body = OnWire.Body;
        byte[] copy = body.IsEmpty ? [] : body.ToArray();
        HeaderField[] trailers = CopyTrailers();
        if (copy.Length > 0)
        {
            Http.ConsumeBody(_id, copy.Length);
        }

        ConnectionInfo info = connection.Describe();
        Func<BodySource, BodySource>? decode = codings.Length > 0 && copy.Length > 0 ? Decode(call, codings) : null;
        Response whole = decode is not null || trailers.Length > 0 || progress is not null
            ? new Response(call.Uri, head, new BufferedBody(copy, trailers, connection.Loop), decode, info, progress)
            : new Response(call.Uri, head, copy, info);
        AttachTimes(call, whole);
        EndRecordIfWhole();
        call.Succeed(whole);
    }

    private void AttachTimes(Exchange call, Response response) => response.Attach(call.StartedAt, OnWire.Figures);

    private Func<BodySource, BodySource> Decode(Exchange call, ContentCodings[] codings)
    {
        DecompressionOptions options = DecompressionOf(call)!;
        (string method, Uri uri) = (call.Method, call.Uri); // the exchange itself would hold the response
        return coded => new DecodedBody(coded, new CodedReader(codings, options), method, uri);
    }
}
