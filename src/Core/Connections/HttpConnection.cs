using System.Buffers;

namespace PollHttp.Core;

/// <summary>
/// One HTTP connection without its I/O: bytes in, events out; requests in, bytes out.
/// </summary>
/// <remarks>
/// Four groups of members, and who calls them:
/// <list type="bullet">
/// <item>Getters: anyone; they change nothing. What is said of one exchange is on <see cref="HttpExchange"/>.</item>
/// <item>Inputs (<see cref="GetReceiveBuffer"/>, <see cref="CommitReceived"/>, <see cref="ReceiveEnd"/>,
/// <see cref="TransportFailed"/>, <see cref="AdvanceSent"/>, <see cref="HandleDeadline"/>): the pump, to say what the network
/// did. They never throw for what the peer sent.</item>
/// <item>Commands (<see cref="Begin"/>, <see cref="Write"/>, <see cref="FinishBody"/>, <see cref="AbandonBody"/>,
/// <see cref="ConsumeBody"/>, <see cref="Abort"/>, <see cref="Release"/>, <see cref="Close"/>, <see cref="TakeTunnel"/>): the application.
/// In the wrong state they throw <see cref="InvalidOperationException"/> and change nothing.</item>
/// <item>Outputs (<see cref="Poll"/>, <see cref="GetOutput"/>, <see cref="Wants"/>): after every input or command, until
/// <see cref="Poll"/> returns <see cref="EventKind.None"/>.</item>
/// </list>
/// Not safe for use from two threads at once. Time is only ever an argument and must not go backwards.
/// </remarks>
public abstract class HttpConnection
{
    private protected HttpConnection()
    {
    }

    /// <summary>Gets the version of HTTP that is spoken.</summary>
    public abstract Version Protocol { get; }

    /// <summary>Gets how many exchanges may be begun now; HTTP/1: 0 or 1.</summary>
    public abstract int AvailableExchanges { get; }

    /// <summary>Gets how many exchanges are under way; HTTP/1: 0 or 1.</summary>
    public abstract int OpenExchanges { get; }

    /// <summary>Gets why the connection will not take another exchange after those under way.</summary>
    public abstract CloseReasons CloseReasons { get; }

    /// <summary>Gets the first fault, or the default value.</summary>
    public abstract Fault Fault { get; }

    /// <summary>Gets what to wait for. Ask after <see cref="Poll"/> returned <see cref="EventKind.None"/>.</summary>
    public abstract Wants Wants { get; }

    /// <summary>Gets how many exchanges have been completed on this connection.</summary>
    public abstract long CompletedExchanges { get; }

    /// <summary>Gets the latest time the connection was told.</summary>
    internal abstract Instant LastTime { get; }

    /// <summary>Gets a value indicating whether the application took body since then, which may have taken it any time.</summary>
    internal abstract bool TimeMayHavePassed { get; }

    /// <summary>Gets a value indicating whether all that was sent has just been sent, so that no answer to it can be here yet.</summary>
    internal abstract bool JustAsked { get; }

    /// <summary>Gets a value indicating whether the transport no longer speaks HTTP.</summary>
    internal abstract bool IsSwitched { get; }

    /// <summary>Gets memory to receive into, or empty when there is no room (then Wants.Readable is off).</summary>
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

    /// <summary>Begins an exchange: writes the request head to the output.</summary>
    /// <param name="head">The request.</param>
    /// <param name="content">How its content is framed.</param>
    /// <param name="now">The time.</param>
    /// <param name="options">What this exchange is held to; null for what the connection was made with.</param>
    /// <exception cref="InvalidOperationException">No exchange is available now.</exception>
    /// <exception cref="ArgumentException">The head breaks a rule of RFC 9110 or 9112; nothing was written.</exception>
    public abstract ExchangeId Begin(RequestHead head, ContentFraming content, Instant now, ExchangeOptions? options = null);

    /// <summary>
    /// Gives content to send. The memory is borrowed, not copied: it must not change until <see cref="EventKind.BodyReleased"/>.
    /// </summary>
    /// <returns>How many bytes were taken: all, or 0, which means wait for <see cref="EventKind.WriteReady"/>.</returns>
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

    /// <summary>Ends the life of the first <paramref name="count"/> bytes of <see cref="HttpExchange.Body"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="HttpExchange.Body"/> holds.</exception>
    public abstract void ConsumeBody(ExchangeId exchange, long count);

    /// <summary>
    /// Says that the first <paramref name="count"/> bytes of <see cref="HttpExchange.Body"/> were looked at and are kept because more is
    /// needed before they can be consumed: they no longer count towards the high-water mark, the peer is awaited, and a fault or the
    /// close is reported although they are not consumed. Whether the body is complete, <see cref="HttpExchange.IsBodyReceived"/> says.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="HttpExchange.Body"/> holds.</exception>
    public abstract void ExamineBody(ExchangeId exchange, long count);

    /// <summary>Gives up the exchange; HTTP/1: closes the connection.</summary>
    /// <param name="exchange">One that is under way.</param>
    /// <param name="whileRead">Whether a slice of its body may still be read: see <see cref="Close"/>.</param>
    public abstract void Abort(ExchangeId exchange, bool whileRead = false);

    /// <summary>Ends the life of the head and trailers of an exchange that is over; twice is harmless.</summary>
    /// <exception cref="InvalidOperationException">The exchange is under way.</exception>
    public abstract void Release(ExchangeId exchange);

    /// <summary>Closes the connection and releases every buffer. May be called at any time, also twice.</summary>
    /// <param name="whileRead">
    /// Whether a slice of a body may still be read: the receive buffers are then left to the garbage collector instead of being used again.
    /// </param>
    public abstract void Close(bool whileRead = false);

    /// <summary>HTTP/1, after <see cref="EventKind.Upgraded"/>: takes the bytes received beyond the head, and ends HTTP here.</summary>
    public abstract ReadOnlyMemory<byte> TakeTunnel();

    /// <summary>Gets the next event, or <see cref="EventKind.None"/>.</summary>
    public abstract ConnectionEvent Poll(Instant now);

    /// <summary>Gets what to send, in order; valid until the next input or command.</summary>
    public abstract ReadOnlySequence<byte> GetOutput();

    /// <summary>Gives back memory that holds nothing; the pump calls it when a read found nothing.</summary>
    internal abstract void ReleaseIdleMemory();

    internal abstract SendState GetSendState(ExchangeId exchange);

    internal abstract ReceiveState GetReceiveState(ExchangeId exchange);

    internal abstract Fault GetFault(ExchangeId exchange);

    internal abstract ResponseHead GetResponseHead(ExchangeId exchange);

    internal abstract HeaderBlock GetTrailers(ExchangeId exchange);

    internal abstract ReadOnlySequence<byte> GetBody(ExchangeId exchange);

    internal abstract ReadOnlyMemory<byte> GetBodySlice(ExchangeId exchange);

    internal abstract long GetBodyBytesReceived(ExchangeId exchange);

    internal abstract bool IsBodyReceived(ExchangeId exchange);

    internal abstract long GetRequestBytesSent(ExchangeId exchange);

    internal abstract long GetWriteRoom(ExchangeId exchange);

    internal abstract ExchangeTimes GetTimes(ExchangeId exchange);
}
