using System.Buffers;

namespace PollHttp.Core;

/// <summary>
/// Represents one HTTP connection without its I/O: bytes in, events out; requests in, bytes out.
/// </summary>
/// <remarks>
/// There are four groups of members:
/// <list type="bullet">
/// <item>Getters, for any caller: they change nothing. The getters of one exchange are on <see cref="HttpExchange"/>.</item>
/// <item>Inputs, for the pump (<see cref="GetReceiveBuffer"/>, <see cref="CommitReceived"/>, <see cref="ReceiveEnd"/>,
/// <see cref="TransportFailed"/>, <see cref="AdvanceSent"/>, <see cref="HandleDeadline"/>): they report what the network did. They never
/// throw for what the peer sent.</item>
/// <item>Commands, for the application (<see cref="Begin"/>, <see cref="Write"/>, <see cref="FinishBody"/>, <see cref="AbandonBody"/>,
/// <see cref="ConsumeBody"/>, <see cref="Abort"/>, <see cref="Release"/>, <see cref="Close"/>, <see cref="TakeTunnel"/>): in the wrong
/// state they throw <see cref="InvalidOperationException"/> and change nothing.</item>
/// <item>Outputs (<see cref="Poll"/>, <see cref="GetOutput"/>, <see cref="Wants"/>): after every input or command, until
/// <see cref="Poll"/> returns <see cref="EventKind.None"/>.</item>
/// </list>
/// Thread safety: not safe for use from two threads at once. Time is always an argument, and must not go backwards.
/// </remarks>
public abstract class HttpConnection
{
    private protected HttpConnection()
    {
    }

    /// <summary>Gets the version of HTTP.</summary>
    public abstract Version Protocol { get; }

    /// <summary>Gets the number of exchanges that may begin now; HTTP/1: 0 or 1.</summary>
    public abstract int AvailableExchanges { get; }

    /// <summary>Gets the number of exchanges in progress; HTTP/1: 0 or 1.</summary>
    public abstract int OpenExchanges { get; }

    /// <summary>Gets a value indicating whether the server takes an extended CONNECT (<see cref="RequestHead.Protocol"/>). HTTP/2 knows it when
    /// the server's settings have come; HTTP/1 has none.</summary>
    public virtual ExtendedConnectSupport ExtendedConnect => ExtendedConnectSupport.NotSupported;

    /// <summary>Gets the reasons why the connection will not take another exchange after the current ones.</summary>
    public abstract CloseReasons CloseReasons { get; }

    /// <summary>Gets the first fault, or the default value.</summary>
    public abstract Fault Fault { get; }

    /// <summary>Gets what to wait for. Read it after <see cref="Poll"/> returned <see cref="EventKind.None"/>.</summary>
    public abstract Wants Wants { get; }

    /// <summary>Gets the number of exchanges completed on this connection.</summary>
    public abstract long CompletedExchanges { get; }

    /// <summary>Gets the latest time that was passed to the connection.</summary>
    internal abstract Instant LastTime { get; }

    /// <summary>
    /// Gets a value indicating whether the application consumed body after <see cref="LastTime"/>, which may have taken any length of time.
    /// </summary>
    internal abstract bool TimeMayHavePassed { get; }

    /// <summary>Gets a value indicating whether the whole request has only just been sent, so that no response can be here yet.</summary>
    internal abstract bool JustAsked { get; }

    /// <summary>Gets a value indicating whether the transport no longer speaks HTTP.</summary>
    internal abstract bool IsSwitched { get; }

    /// <summary>Gets memory to receive into, or empty when there is no room (then Wants.Readable is off).</summary>
    /// <param name="sizeHint">The size that the caller would like; only a hint.</param>
    public abstract Memory<byte> GetReceiveBuffer(int sizeHint = 0);

    /// <summary>Reports that the first <paramref name="count"/> bytes of the last receive buffer were filled.</summary>
    public abstract void CommitReceived(int count, Instant now);

    /// <summary>Reports that the peer ended its side. May be called at any time; takes effect after the bytes already received.</summary>
    public abstract void ReceiveEnd(EndKind kind);

    /// <summary>Reports that one direction of the transport has failed. Takes effect after the bytes already received.</summary>
    public abstract void TransportFailed(TransportDirection direction, TransportFailure failure);

    /// <summary>Reports that the first <paramref name="count"/> bytes of <see cref="GetOutput"/> were passed to the transport.</summary>
    public abstract void AdvanceSent(long count, Instant now);

    /// <summary>Acts on deadlines that have passed. Calling it early or twice is harmless.</summary>
    public abstract void HandleDeadline(Instant now);

    /// <summary>Begins an exchange: writes the request head to the output.</summary>
    /// <param name="head">The request.</param>
    /// <param name="content">How its content is framed.</param>
    /// <param name="now">The time.</param>
    /// <param name="options">The options of this exchange; null for those of the connection.</param>
    /// <exception cref="InvalidOperationException">No exchange is available now.</exception>
    /// <exception cref="ArgumentException">The head breaks a rule of RFC 9110 or 9112; nothing was written.</exception>
    public abstract ExchangeId Begin(RequestHead head, ContentFraming content, Instant now, ExchangeOptions? options = null);

    /// <summary>
    /// Gives content to send. The memory is borrowed, not copied: it must not change until <see cref="EventKind.BodyReleased"/>.
    /// </summary>
    /// <returns>The number of bytes accepted: all, or 0, which means: wait for <see cref="EventKind.WriteReady"/>.</returns>
    /// <exception cref="InvalidOperationException">No content is being sent, or the data exceeds its length.</exception>
    public abstract int Write(ExchangeId exchange, ReadOnlyMemory<byte> data);

    /// <summary>Ends the content.</summary>
    /// <exception cref="InvalidOperationException">No content is being sent, or less than its length was written.</exception>
    public abstract void FinishBody(ExchangeId exchange, HeaderList? trailers = null);

    /// <summary>
    /// Abandons the rest of the content: what was not written and, once the final head has arrived, what was written but not sent. The
    /// response can still be read; the connection can't be reused.
    /// </summary>
    /// <exception cref="InvalidOperationException">The exchange has no content, or nothing of it is left.</exception>
    public abstract void AbandonBody(ExchangeId exchange);

    /// <summary>Consumes the first <paramref name="count"/> bytes of <see cref="HttpExchange.Body"/>: their memory must not be used any
    /// more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="HttpExchange.Body"/> holds.</exception>
    public abstract void ConsumeBody(ExchangeId exchange, long count);

    /// <summary>
    /// Marks the first <paramref name="count"/> bytes of <see cref="HttpExchange.Body"/> as examined: the application needs more before it
    /// can consume them. They no longer count towards the high-water mark, the connection waits for the peer, and a fault or the close is
    /// reported although they are not consumed. <see cref="HttpExchange.IsBodyReceived"/> says whether the body is complete.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="HttpExchange.Body"/> holds.</exception>
    public abstract void ExamineBody(ExchangeId exchange, long count);

    /// <summary>
    /// Changes the priority of an exchange (RFC 9218), which the server then gives its response, and this connection the content. Without effect
    /// in HTTP/1, and once the exchange has ended on the wire.
    /// </summary>
    /// <param name="exchange">An exchange in progress.</param>
    /// <param name="priority">The new value of the field <c>Priority</c>, such as <c>u=1, i</c>; at most 256 characters.</param>
    /// <exception cref="ArgumentException">The value can't be that of a field, or is too long.</exception>
    /// <exception cref="InvalidOperationException">The exchange is not in progress.</exception>
    public virtual void UpdatePriority(ExchangeId exchange, string priority) =>
        _ = RequestHeadRules.CheckField(new("Priority", priority));

    /// <summary>Aborts the exchange; HTTP/1: closes the connection.</summary>
    /// <param name="exchange">An exchange in progress.</param>
    /// <param name="whileRead">Whether a slice of its body may still be read: see <see cref="Close"/>.</param>
    public abstract void Abort(ExchangeId exchange, bool whileRead = false);

    /// <summary>Releases the head and trailers of an exchange that is over. Calling it twice is harmless.</summary>
    /// <exception cref="InvalidOperationException">The exchange is in progress.</exception>
    public abstract void Release(ExchangeId exchange);

    /// <summary>Closes the connection and releases every buffer. May be called at any time, and more than once.</summary>
    /// <param name="whileRead">
    /// Whether a slice of a body may still be read; the receive buffers are then left to the garbage collector instead of being reused.
    /// </param>
    public abstract void Close(bool whileRead = false);

    /// <summary>HTTP/1, after <see cref="EventKind.Upgraded"/>: takes the bytes received after the head, and ends HTTP on this
    /// connection.</summary>
    public abstract ReadOnlyMemory<byte> TakeTunnel();

    /// <summary>Gets the next event, or <see cref="EventKind.None"/>.</summary>
    public abstract ConnectionEvent Poll(Instant now);

    /// <summary>Gets the output to send, in order; valid until the next input or command.</summary>
    public abstract ReadOnlySequence<byte> GetOutput();

    /// <summary>Returns unused memory to the pool; the pump calls it when a read found nothing.</summary>
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

    /// <summary>Determines whether all content written so far was passed to the transport; false where that is not known.</summary>
    internal virtual bool IsContentSent(ExchangeId exchange) => false;

    internal abstract ExchangeTimes GetTimes(ExchangeId exchange);
}
