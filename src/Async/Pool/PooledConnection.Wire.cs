namespace PollHttp;

// The record of what is on this connection, for whoever observes the wire; without an observer there is none, and none of this costs
// anything. Under the gate. It begins with the request's head and ends with the response, or with the connection.
internal sealed partial class PooledConnection
{
    private static long s_lastNumber;

    private WireExchange? _wire;
    private long _number;

    /// <summary>Gives content to the connection, and to the record.</summary>
    /// <returns>How much was taken: all or nothing.</returns>
    public int Write(ExchangeId exchange, ReadOnlyMemory<byte> piece)
    {
        int taken = Http.Write(exchange, piece);
        if (taken > 0)
        {
            _wire?.OnRequestBody(piece.Span);
        }

        return taken;
    }

    /// <param name="record">That of the hop; null for none.</param>
    /// <param name="outputBefore">What was in the output before its head.</param>
    private void BeginRecord(WireExchange? record, long outputBefore)
    {
        _wire = record;
        if (record is not null)
        {
            _number = _number == 0 ? Interlocked.Increment(ref s_lastNumber) : _number;
            record.OnRequest(Http.GetOutput().Slice(outputBefore), Info, _number, Current);
        }
    }

    /// <summary>The response is whole: the end, unless content is still being sent. Before anybody is told, so that who has the response
    /// finds it in the record.</summary>
    private void EndRecordIfWhole()
    {
        if (_wire is not null && _upload is not { IsNeeded: true })
        {
            _wire.OnTrailers(CopyTrailers());
            EndRecord(null, isWhole: true);
        }
    }

    private void EndRecord(in Fault fault)
    {
        if (_wire is { IsEnded: false })
        {
            EndRecord(FaultMapping.ToBodyException(_wire.Method, _wire.Uri, fault));
        }
    }

    private void EndRecord(Exception? error = null, bool isWhole = false)
    {
        if (_wire is { } record)
        {
            _wire = null;
            record.OnProgress(Current);
            record.End(error, isWhole);
        }
    }
}
