using System.Buffers;

namespace PollHttp.Core;

/// <summary>
/// Reads the state of one exchange of a connection. It consists of a connection and an id only, and can be created for each use.
/// </summary>
/// <remarks>
/// An exchange can be read from <see cref="HttpConnection.Begin"/> until <see cref="HttpConnection.Release"/>; in HTTP/1 the next Begin
/// releases the previous exchange. After the release its states are Closed, its counts 0 and its body empty; reading its head is an error.
/// Thread safety: that of the connection.
/// </remarks>
/// <param name="connection">The connection.</param>
/// <param name="id">The id that <see cref="HttpConnection.Begin"/> returned.</param>
public readonly struct HttpExchange(HttpConnection connection, ExchangeId id)
{
    /// <summary>Gets the id of the exchange.</summary>
    public ExchangeId Id => id;

    /// <summary>Gets the state of its sending side.</summary>
    public SendState SendState => connection.GetSendState(id);

    /// <summary>Gets the state of its receiving side.</summary>
    public ReceiveState ReceiveState => connection.GetReceiveState(id);

    /// <summary>Gets the fault of the exchange, or the default value.</summary>
    public Fault Fault => connection.GetFault(id);

    /// <summary>Gets the latest head. A final head is valid until the exchange is released, an interim head until the next event.</summary>
    /// <exception cref="InvalidOperationException">No head has been received, or the exchange was released.</exception>
    public ResponseHead ResponseHead => connection.GetResponseHead(id);

    /// <summary>Gets the trailer section: empty until the whole body was received; valid until the exchange is released.</summary>
    public HeaderBlock Trailers => connection.GetTrailers(id);

    /// <summary>
    /// Gets the body bytes received and not yet consumed, in the receive buffer itself (no copy). Each segment is valid and unchanged until
    /// it is consumed by <see cref="HttpConnection.ConsumeBody"/>, or the connection is closed.
    /// </summary>
    public ReadOnlySequence<byte> Body => connection.GetBody(id);

    /// <summary>Gets the first contiguous piece of <see cref="Body"/>; empty when there is none.</summary>
    public ReadOnlyMemory<byte> BodySlice => connection.GetBodySlice(id);

    /// <summary>Gets the number of body bytes received so far, consumed or not, without framing.</summary>
    public long BodyBytesReceived => connection.GetBodyBytesReceived(id);

    /// <summary>
    /// Gets a value indicating whether the framing of the response is complete: no body bytes beyond <see cref="Body"/> will arrive.
    /// </summary>
    public bool IsBodyReceived => connection.IsBodyReceived(id);

    /// <summary>Gets the number of bytes of the request passed to the transport so far: head, framing and content.</summary>
    public long RequestBytesSent => connection.GetRequestBytesSent(id);

    /// <summary>
    /// Gets the number of content bytes that can be written before the output is full: 0 while <see cref="HttpConnection.Write"/> would
    /// accept none. A single write may be larger than that.
    /// </summary>
    public long WriteRoom => connection.GetWriteRoom(id);

    /// <summary>Gets the times of the steps of the exchange.</summary>
    public ExchangeTimes Times => connection.GetTimes(id);

    /// <summary>Gets the figures that a response keeps of it.</summary>
    internal ExchangeFigures Figures => new(connection.GetTimes(id), connection.GetBodyBytesReceived(id));

    /// <summary>Gets <see cref="Body"/>, and whether it is all that will come. Asked apart, the two need not belong together: another thread may
    /// receive the end of the body in between.</summary>
    internal ReadOnlySequence<byte> GetBody(out bool isWhole)
    {
        isWhole = connection.IsBodyReceived(id); // first: what is whole does not grow
        return connection.GetBody(id);
    }

    /// <summary>Returns a copy of the current head, which stays valid.</summary>
    /// <param name="earlier">
    /// A head detached before, or null. If it has the same contents, it is returned, and nothing is allocated: a busy server sends the same
    /// head many times, within one second even with the same date.
    /// </param>
    /// <exception cref="InvalidOperationException">No head has been received, or the exchange was released.</exception>
    public ResponseHead DetachResponseHead(ResponseHead? earlier = null)
    {
        ResponseHead head = connection.GetResponseHead(id);
        return earlier is not null && earlier.HasSameContents(head) ? earlier : head.Copy();
    }
}
