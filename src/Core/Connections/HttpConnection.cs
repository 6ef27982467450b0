using System.Buffers;

namespace PollHttp.Core;

/// <summary>
/// One HTTP connection without its I/O: bytes in, events out; requests in, bytes out.
/// </summary>
/// <remarks>
/// Four groups of members, and who calls them:
/// <list type="bullet">
/// <item>Getters: anyone; they change nothing.</item>
/// <item>Inputs (<see cref="GetReceiveBuffer"/>, <see cref="CommitReceived"/>, <see cref="ReceiveEnd"/>,
/// <see cref="TransportFailed"/>, <see cref="AdvanceSent"/>, <see cref="HandleDeadline"/>): the pump, to say what the network
/// did. They never throw for what the peer sent.</item>
/// <item>Commands (<see cref="Begin"/>, <see cref="Write"/>, <see cref="FinishBody"/>, <see cref="AbandonBody"/>,
/// <see cref="ConsumeBody"/>, <see cref="Abort"/>, <see cref="Close"/>, <see cref="TakeTunnel"/>): the application. In the wrong
/// state they throw <see cref="InvalidOperationException"/> and change nothing.</item>
/// <item>Outputs (<see cref="Poll"/>, <see cref="GetOutput"/>, <see cref="Wants"/>): after every input or command, until
/// <see cref="Poll"/> returns <see cref="EventKind.None"/>.</item>
/// </list>
/// Not safe for use from two threads at once. Time is only ever an argument and must not go backwards.
/// </remarks>
public abstract class HttpConnection
{
    /// <summary>Where the sending side stands.</summary>
    public abstract SendState SendState { get; }

    /// <summary>Where the receiving side stands.</summary>
    public abstract ReceiveState ReceiveState { get; }

    /// <summary>How many exchanges may be begun now; HTTP/1: 0 or 1.</summary>
    public abstract int AvailableExchanges { get; }

    /// <summary>Why the connection will not take another exchange after the current one.</summary>
    public abstract CloseReasons CloseReasons { get; }

    /// <summary>The first fault, or the default value.</summary>
    public abstract Fault Fault { get; }

    /// <summary>What to wait for. Ask after <see cref="Poll"/> returned <see cref="EventKind.None"/>.</summary>
    public abstract Wants Wants { get; }

    /// <summary>The exchange under way, or the default value.</summary>
    public abstract ExchangeId CurrentExchange { get; }

    /// <summary>Exchanges completed on this connection.</summary>
    public abstract long CompletedExchanges { get; }

    /// <summary>The latest head: valid from its event until the next <see cref="Begin"/>, an interim one until the next event.</summary>
    /// <exception cref="InvalidOperationException">No head has been received.</exception>
    public abstract ResponseHead ResponseHead { get; }

    /// <summary>The trailer section: empty until the body was received whole; valid until the next <see cref="Begin"/>.</summary>
    public abstract HeaderBlock Trailers { get; }

    /// <summary>Body bytes received of the current response so far, consumed or not, without framing.</summary>
    public abstract long BodyBytesReceived { get; }

    /// <summary>Bytes of the current request handed to the transport so far: head, framing and content.</summary>
    public abstract long RequestBytesSent { get; }

    /// <summary>When the current exchange, or the last one, got how far.</summary>
    public abstract ExchangeTimes Times { get; }

    /// <summary>Whether the framing of the current response is complete: no more body bytes than <see cref="Body"/> will come.</summary>
    public abstract bool IsBodyReceived { get; }

    /// <summary>
    /// The body bytes received and not yet consumed, in the receive buffer itself (no copy). Each segment stays valid and
    /// unchanged until <see cref="ConsumeBody"/> passes it, or the connection is closed.
    /// </summary>
    public abstract ReadOnlySequence<byte> Body { get; }

    /// <summary>The first contiguous piece of <see cref="Body"/>; empty when there is none.</summary>
    public abstract ReadOnlyMemory<byte> BodySlice { get; }

    /// <summary>Memory to receive into, or empty when there is no room (then Wants.Readable is off).</summary>
    /// <param name="sizeHint">How much the caller would like; a hint only.</param>
    public abstract Memory<byte> GetReceiveBuffer(int sizeHint = 0);

    /// <summary>Says that the first <paramref name="count"/> bytes of the last receive buffer were filled.</summary>
    public abstract void CommitReceived(int count, Instant now);

    /// <summary>Says that the peer ended its side. May come at any time; takes effect after the bytes already received.</summary>
    public abstract void ReceiveEnd(EndKind kind);

    /// <summary>Says that one direction of the transport is dead. Takes effect after the bytes already received.</summary>
    public abstract void TransportFailed(TransportDirection direction, TransportFailure failure);

    /// <summary>Says that the first <paramref name="count"/> bytes of <see cref="GetOutput"/> were handed to the transport.</summary>
    public abstract void AdvanceSent(long count, Instant now);

    /// <summary>Acts on deadlines that have passed. Calling it early or twice is harmless.</summary>
    public abstract void HandleDeadline(Instant now);

    /// <summary>Between two exchanges: the bounds and switches of those that follow.</summary>
    /// <exception cref="InvalidOperationException">An exchange is under way.</exception>
    public abstract void UseLimits(ConnectionLimits limits);

    /// <summary>Begins an exchange: writes the request head to the output.</summary>
    /// <exception cref="InvalidOperationException">No exchange is available now.</exception>
    /// <exception cref="ArgumentException">The head breaks a rule of RFC 9110 or 9112; nothing was written.</exception>
    public abstract ExchangeId Begin(RequestHead head, ContentFraming content, Instant now);

    /// <summary>
    /// Gives content to send. The memory is borrowed, not copied: it must not change until <see cref="EventKind.BodyReleased"/>.
    /// </summary>
    /// <returns>How many bytes were taken: all, or 0, which means wait until output was sent.</returns>
    /// <exception cref="InvalidOperationException">Not in the middle of a content, or more than its length.</exception>
    public abstract int Write(ExchangeId exchange, ReadOnlyMemory<byte> data);

    /// <summary>Ends the content.</summary>
    /// <exception cref="InvalidOperationException">Not in the middle of a content, or less than its length was written.</exception>
    public abstract void FinishBody(ExchangeId exchange, HeaderList? trailers = null);

    /// <summary>
    /// Gives up the rest of the content: what was not written and, once the final head has come, what was written and not sent. The
    /// response can still be read, the connection not be reused.
    /// </summary>
    /// <exception cref="InvalidOperationException">The exchange has no content, or nothing of it is left to give up.</exception>
    public abstract void AbandonBody(ExchangeId exchange);

    /// <summary>Ends the life of the first <paramref name="count"/> bytes of <see cref="Body"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="Body"/> holds.</exception>
    public abstract void ConsumeBody(ExchangeId exchange, long count);

    /// <summary>
    /// Says that the first <paramref name="count"/> bytes of <see cref="Body"/> were looked at and are kept because more is needed
    /// before they can be consumed: they no longer count towards the high-water mark, the peer is awaited, and a fault or the
    /// close is reported although they are not consumed. Whether the body is complete, <see cref="IsBodyReceived"/> says.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="Body"/> holds.</exception>
    public abstract void ExamineBody(ExchangeId exchange, long count);

    /// <summary>Gives up the exchange; HTTP/1: closes the connection.</summary>
    public abstract void Abort(ExchangeId exchange);

    /// <summary>Closes the connection and releases every buffer. May be called at any time, also twice.</summary>
    public abstract void Close();

    /// <summary>The same for an owner who can't be sure that nobody reads a slice any more: the receive buffers are left to the
    /// garbage collector instead of being used again.</summary>
    public abstract void CloseWhileRead();

    /// <summary>After <see cref="EventKind.Upgraded"/>: takes the bytes received beyond the head, and ends HTTP here.</summary>
    public abstract ReadOnlyMemory<byte> TakeTunnel();

    /// <summary>The next event, or <see cref="EventKind.None"/>.</summary>
    public abstract ConnectionEvent Poll(Instant now);

    /// <summary>What to send, in order; valid until the next input or command.</summary>
    public abstract ReadOnlySequence<byte> GetOutput();

    /// <summary>A copy of the current head that is the caller's for good.</summary>
    public abstract ResponseHead DetachResponseHead();

    /// <summary>The same; but where <paramref name="earlier"/>, a detached head, has the same contents, it is that one, and nothing is
    /// allocated. A server that is asked often sends the same head again and again, for a second even the same date.</summary>
    public abstract ResponseHead DetachResponseHead(ResponseHead? earlier);
}
