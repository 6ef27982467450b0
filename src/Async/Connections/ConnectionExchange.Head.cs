using PollHttp.Bodies;
using PollHttp.Decoding;
using PollHttp.Exchanges;
using PollHttp.Policies;

namespace PollHttp.Connections;

// From the head of a response to whoever waits for it: as a whole message where all of it is here, else with a body that is still on the
// connection.
//
// A head whose evaluation asks the user's objects (credentials, a proxy, a redirect policy) is evaluated outside of the lock. Until they
// have answered, the call stays under way here, where its deadline and its token can end it, and nothing moves: no byte is read, and what
// the connection has to tell is left with it.
internal sealed partial class ConnectionExchange
{
    /// <summary>Bodies up to this size that arrived with their head are copied out, so that the connection is free at once.</summary>
    public const int DetachLimit = 64 * 1024;

    private HeadVerdict? _verdict;

    /// <summary>The final head is here.</summary>
    /// <returns>False where what else there is has to wait for the evaluation.</returns>
    public bool OnHead()
    {
        MoveTo(ExchangeStage.HeadReceived);
        if (connection.Wire.IsOpen)
        {
            connection.Wire.OnResponse(connection.Origin.DetachHead(OnWire));
        }

        if (_upload is { BlocksCaller: true })
        {
            OnEarlyResponse(); // also where all of the content was written, and waits to be sent
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

    /// <summary>Evaluates the head, or has it evaluated, and delivers it.</summary>
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
            call.Fail(error); // it is the connection's no longer, which ends as well
            throw;
        }
    }

    /// <summary>The objects of the user's have answered.</summary>
    public void OnEvaluated(Exchange call, HeadVerdict verdict)
    {
        if (Stage == ExchangeStage.Evaluating && ReferenceEquals(Call, call))
        {
            _verdict = verdict;
            MoveTo(ExchangeStage.HeadReceived); // to be delivered with what came behind it, as any other
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
            OnEarlyResponse(); // of which the connection has not told yet
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
