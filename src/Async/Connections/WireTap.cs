namespace PollHttp;

/// <summary>
/// The record of what is on a connection, for whoever observes the wire. Without an observer there is none, and none of this costs
/// anything. A record begins with the head of a request and ends with the response, or with the connection.
/// </summary>
/// <remarks>Under the lock of the connection.</remarks>
internal sealed class WireTap
{
    private static long s_lastNumber;

    private WireExchange? _record;
    private long _number;

    /// <summary>Whether somebody observes.</summary>
    public bool IsOpen => _record is not null;

    /// <param name="record">That of the hop; null for none.</param>
    /// <param name="outputBefore">Bytes that were in the output before its head.</param>
    /// <param name="info">The connection.</param>
    /// <param name="http">The same.</param>
    /// <param name="on">The exchange.</param>
    public void Begin(WireExchange? record, long outputBefore, ConnectionInfo info, HttpConnection http, HttpExchange on)
    {
        _record = record;
        if (record is not null)
        {
            _number = _number == 0 ? Interlocked.Increment(ref s_lastNumber) : _number;
            record.OnRequest(http.GetOutput().Slice(outputBefore), info, _number, on);
        }
    }

    public void OnRequestBody(ReadOnlyMemory<byte> piece) => _record?.OnRequestBody(piece.Span);

    public void OnInformational(ResponseHead head) => _record?.OnInformational(head);

    public void OnResponse(ResponseHead head, HttpExchange on) => _record?.OnResponse(head, on);

    public void OnResponseBody(HttpExchange on) => _record?.OnResponseBody(on);

    public void OnProgress(HttpExchange on) => _record?.OnProgress(on);

    /// <summary>The response is whole. Before anybody is told, so that who has the response finds it in the record.</summary>
    public void EndWhole(HttpExchange on)
    {
        if (_record is not null)
        {
            _record.OnTrailers(on.Trailers.Count == 0 ? [] : [.. on.Trailers]);
            End(on, null, isWhole: true);
        }
    }

    public void End(HttpExchange on, in Fault fault)
    {
        if (_record is { IsEnded: false })
        {
            End(on, FaultMapping.ToBodyException(_record.Method, _record.Uri, fault));
        }
    }

    public void End(HttpExchange on, Exception? error = null, bool isWhole = false)
    {
        if (_record is { } record)
        {
            _record = null;
            record.OnProgress(on);
            record.End(error, isWhole);
        }
    }
}
