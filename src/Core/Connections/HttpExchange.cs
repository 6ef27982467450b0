using System.Buffers;

namespace PollHttp.Core;

/// <summary>
/// One exchange of a connection, to be looked at: a connection and an id, and nothing of its own. It may be made anew for each look.
/// </summary>
/// <remarks>
/// An exchange can be read from <see cref="HttpConnection.Begin"/> until <see cref="HttpConnection.Release"/>; on HTTP/1 the next Begin
/// releases what was before it. Of a released one nothing is left: its states are Closed, its counts 0, its body empty; only asking for
/// its head is an error. Thread safety: as that of the connection.
/// </remarks>
/// <param name="connection">The connection.</param>
/// <param name="id">What <see cref="HttpConnection.Begin"/> returned.</param>
public readonly struct HttpExchange(HttpConnection connection, ExchangeId id)
{
    /// <summary>Gets the id of the exchange.</summary>
    public ExchangeId Id => id;

    /// <summary>Gets where its sending side stands.</summary>
    public SendState SendState => connection.GetSendState(id);

    /// <summary>Gets where its receiving side stands.</summary>
    public ReceiveState ReceiveState => connection.GetReceiveState(id);

    /// <summary>Gets what it failed with, or the default value.</summary>
    public Fault Fault => connection.GetFault(id);

    /// <summary>Gets the latest head: valid from its event until the exchange is released, an interim one until the next event.</summary>
    /// <exception cref="InvalidOperationException">No head has been received, or the exchange was released.</exception>
    public ResponseHead ResponseHead => connection.GetResponseHead(id);

    /// <summary>Gets the trailer section: empty until the body was received whole; valid until the exchange is released.</summary>
    public HeaderBlock Trailers => connection.GetTrailers(id);

    /// <summary>
    /// Gets the body bytes received and not yet consumed, in the receive buffer itself (no copy). Each segment stays valid and
    /// unchanged until <see cref="HttpConnection.ConsumeBody"/> passes it, or the connection is closed.
    /// </summary>
    public ReadOnlySequence<byte> Body => connection.GetBody(id);

    /// <summary>Gets the first contiguous piece of <see cref="Body"/>; empty when there is none.</summary>
    public ReadOnlyMemory<byte> BodySlice => connection.GetBodySlice(id);

    /// <summary>Gets the number of body bytes received so far, consumed or not, without framing.</summary>
    public long BodyBytesReceived => connection.GetBodyBytesReceived(id);

    /// <summary>Gets a value indicating whether the framing of the response is complete: no more body bytes than <see cref="Body"/> will come.</summary>
    public bool IsBodyReceived => connection.IsBodyReceived(id);

    /// <summary>Gets the number of bytes of the request handed to the transport so far: head, framing and content.</summary>
    public long RequestBytesSent => connection.GetRequestBytesSent(id);

    /// <summary>
    /// Gets how many bytes of content can be written before the output is full: 0 while <see cref="HttpConnection.Write"/> would take
    /// none. One write may be larger than that.
    /// </summary>
    public long WriteRoom => connection.GetWriteRoom(id);

    /// <summary>Gets when the exchange got how far.</summary>
    public ExchangeTimes Times => connection.GetTimes(id);

    /// <summary>Gets the figures that a response keeps of it.</summary>
    internal ExchangeFigures Figures => new(connection.GetTimes(id), connection.GetBodyBytesReceived(id));

    /// <summary>Copies the current head, for good.</summary>
    /// <param name="earlier">
    /// A head detached before, or null: where it has the same contents, it is returned, and nothing is allocated. A server that is
    /// asked often sends the same head again and again, for a second even the same date.
    /// </param>
    /// <exception cref="InvalidOperationException">No head has been received, or the exchange was released.</exception>
    public ResponseHead DetachResponseHead(ResponseHead? earlier = null)
    {
        ResponseHead head = connection.GetResponseHead(id);
        return earlier is not null && earlier.HasSameContents(head) ? earlier : head.Copy();
    }
}
