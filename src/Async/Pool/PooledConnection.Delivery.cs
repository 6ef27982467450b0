namespace PollHttp;

// From the head of a response to whoever waits for it: as a whole message where all of it is here, else with a body that is still on the
// connection. Under the gate.
internal sealed partial class PooledConnection
{
    /// <summary>Bodies up to this size that arrived with their head are copied out, so that the connection is free at once.</summary>
    public const int DetachLimit = 64 * 1024;

    private void DeliverHead()
    {
        _headReady = false;
        Exchange? exchange = _exchange;
        _exchange = null;
        if (exchange is null)
        {
            _closing = true;
            return;
        }

        try
        {
            DeliverHead(exchange);
        }
        catch (Exception error)
        {
            exchange.Fail(error); // it is the connection's no longer, which ends as well
            throw;
        }
    }

    private void DeliverHead(Exchange exchange)
    {
        if (_verdict is { } verdict)
        {
            _verdict = null;
            Deliver(exchange, verdict);
            return;
        }

        NoteKeepAlive(Current.ResponseHead);
        if (RetryRules.IsStaleAnswer(exchange, Current, _mayBeStale))
        {
            SendOnNewConnection(exchange, bytesSent: 1);
            _closing = true;
            return;
        }

        Judge(exchange);
    }

    private void Deliver(Exchange exchange, HeadVerdict verdict)
    {
        switch (verdict)
        {
            case HeadVerdict.SendAgain:
                SkipBody(exchange);
                return;
            case HeadVerdict.Stop:
                SkipBody(null);
                return;
        }

        ResponseHead head = _origin.DetachHead(Current);
        if (!CodingPlan.TryPlan(head, DecompressionOf(exchange), out ContentCodings[] codings))
        {
            exchange.Fail(FaultMapping.ToRequestException(exchange, new Fault
            {
                Kind = FaultKind.TooManyCodings,
                Phase = ConnectPhase.Http,
                BytesExpected = CodingPlan.MaxLinks,
                RequestBytesSent = Current.RequestBytesSent,
            }));
            _closing = true;
            return;
        }

        IProgress<ResponseProgress>? progress = exchange.Options?.ResponseProgress;
        ReadOnlySequence<byte> body = Current.Body;
        if (Current.IsBodyReceived && body.Length <= DetachLimit)
        {
            byte[] copy = body.IsEmpty ? [] : body.ToArray();
            HeaderField[] trailers = CopyTrailers();
            if (copy.Length > 0)
            {
                Http.ConsumeBody(_id, copy.Length);
            }

            Func<BodySource, BodySource>? decode = codings.Length > 0 && copy.Length > 0 ? Decode(exchange, codings) : null;
            Response whole = decode is not null || trailers.Length > 0 || progress is not null
                ? new Response(exchange.Uri, head, new BufferedBody(copy, trailers, _loop), decode, Info, progress)
                : new Response(exchange.Uri, head, copy, Info);
            AttachTimes(exchange, whole);
            EndRecordIfWhole();
            exchange.Succeed(whole);
            return;
        }

        _deadline = exchange.IsBuffered || _upload is { BlocksCaller: true } ? exchange.Deadline : Instant.Never;
        ConnectionBody source = new(this, _id, exchange);
        Response response = new(exchange.Uri, head, source, codings.Length > 0 ? Decode(exchange, codings) : null, Info, progress);
        AttachTimes(exchange, response);
        if (exchange.Succeed(response))
        {
            _body = source;
        }
        else
        {
            _closing = true;
        }
    }

    private DecompressionOptions? DecompressionOf(Exchange exchange) => exchange.Options?.AutomaticDecompression ?? Settings.Decompression;

    private Func<BodySource, BodySource> Decode(Exchange exchange, ContentCodings[] codings)
    {
        DecompressionOptions options = DecompressionOf(exchange)!;
        (string method, Uri uri) = (exchange.Method, exchange.Uri); // the exchange itself would hold the response
        return coded => new DecodedBody(coded, new CodedReader(codings, options), method, uri);
    }

    private HeaderField[] CopyTrailers() => Current.Trailers.Count == 0 ? [] : [.. Current.Trailers];
}
