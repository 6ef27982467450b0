using PollHttp.Exchanges;
using PollHttp.Loop;

namespace PollHttp.Connections;

/// <summary>
/// Records what is on a connection for observers of the wire. Without an observer there is no record and no cost. A record begins with the
/// head of a request, and ends with the response or with the connection.
/// </summary>
/// <remarks>Thread safety: the caller holds the lock of the connection.</remarks>
internal sealed class WireTap(PooledConnection connection)
{
    private static long s_lastNumber;

    private WireExchange? _record;
    private Notices? _notices;
    private long _number;

    /// <summary>Gets the notices for observers, or null if there are none.</summary>
    /// <remarks>Thread safety: any thread. No lock is needed.</remarks>
    public Notices? Notices => Volatile.Read(ref _notices);

    /// <summary>Gets a value indicating whether there is an observer.</summary>
    public bool IsOpen => _record is not null;

    /// <summary>Begins the record of an attempt.</summary>
    /// <param name="record">The record of the attempt, or null for none.</param>
    /// <param name="outputBefore">The bytes that were in the output before its head.</param>
    public void Begin(WireExchange? record, long outputBefore)
    {
        _record = record;
        if (record is not null)
        {
            Volatile.Write(ref _notices, record.Notices);
            _number = _number == 0 ? Interlocked.Increment(ref s_lastNumber) : _number;
            record.OnRequest(connection.Http.GetOutput().Slice(outputBefore), connection.Describe(), _number, connection.OnWire);
        }
    }

    public void OnRequestBody(ReadOnlyMemory<byte> piece) => _record?.OnRequestBody(piece.Span);

    public void OnInformational(ResponseHead head) => _record?.OnInformational(head);

    public void OnResponse(ResponseHead head) => _record?.OnResponse(head, connection.OnWire);

    public void OnResponseBody() => _record?.OnResponseBody(connection.OnWire);

    public void OnProgress() => _record?.OnProgress(connection.OnWire);

    /// <summary>
    /// Ends the record of a whole response. Called before the response is delivered, so that its receiver finds it in the record.
    /// </summary>
    public void EndWhole()
    {
        if (_record is not null)
        {
            _record.OnTrailers(connection.OnWire.Trailers.Count == 0 ? [] : [.. connection.OnWire.Trailers]);
            End(null, isWhole: true);
        }
    }

    public void End(in Fault fault)
    {
        if (_record is { IsEnded: false })
        {
            End(FaultMapping.ToBodyException(_record.Method, _record.Uri, fault));
        }
    }

    public void End(Exception? error = null, bool isWhole = false)
    {
        if (_record is { } record)
        {
            _record = null;
            record.OnProgress(connection.OnWire);
            record.End(error, isWhole);
        }
    }
}
