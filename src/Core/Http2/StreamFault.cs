namespace PollHttp.Core.Http2;

/// <summary>Completes a fault for one of the exchanges that it ends.</summary>
internal static class StreamFault
{
    /// <summary>Gets the fault with the counts of the exchange, and with whether the exchange may be repeated.</summary>
    /// <param name="stream">The stream of the exchange, as it is before it ends.</param>
    /// <param name="fault">The fault that ends the exchange.</param>
    /// <param name="isFirst">True if the connection has completed no exchange; a later exchange may have met a stale connection.</param>
    /// <param name="endsConnection">True if sending on the connection ends, so that nothing more of the request is sent. If the stream fails alone, a request
    /// that waits to be sent still is, since the fields that follow refer to its fields.</param>
    public static Fault Of(Http2Stream stream, in Fault fault, bool isFirst, bool endsConnection)
    {
        FaultKind kind = fault.Kind;
        bool hasResponse = stream.HasResponse;
        if (kind == FaultKind.ClosedBeforeResponse && hasResponse)
        {
            kind = stream.Receive == ReceiveState.Body ? FaultKind.TruncatedBody : FaultKind.TruncatedHead;
        }

        bool isUnsent = endsConnection && stream.RequestBytesSent == 0;
        bool isStale = kind is FaultKind.ClosedBeforeResponse or FaultKind.ConnectionReset && !hasResponse && !isFirst;
        long content = Math.Max(0, stream.RequestBytesSent - stream.RequestHeadBytes);
        return fault with
        {
            Kind = kind,
            StreamId = stream.StreamId,
            BytesReceived = stream.HasFinalHead ? stream.BodyReceived : stream.HeadBytes,
            BytesExpected = fault.BytesExpected > 0 ? fault.BytesExpected : stream.Final.Framing is { Kind: BodyFramingKind.Frames, Length: var length } ? length : -1,
            RequestBytesSent = stream.RequestBytesSent,
            RequestContentSent = content,
            RequestContentLength = stream.State == StreamState.HalfClosedLocal ? content : stream.Content.Kind == ContentFramingKind.Length ? stream.Content.Length : -1,
            Unprocessed = fault.Unprocessed || isUnsent,
            Retryable = fault.Retryable || isUnsent || isStale,
        };
    }
}
