using PollHttp.Exchanges;
using PollHttp.Policies;
using PollHttp.Settings;
using PollHttp.Streams;

namespace PollHttp.Connections;

/// <summary>
/// Represents an exchange on a connection: its head, its content, the response and the body of the response. HTTP/1 has one exchange on a
/// connection at a time, and this object serves one after the other.
/// </summary>
/// <remarks>Thread safety: the caller holds the lock of the connection.</remarks>
internal sealed partial class ConnectionExchange(PooledConnection connection, ExchangeSettings settings)
{
    private readonly RequestComposer _composer = new();
    private ExchangeId _id;
    private Upload? _upload;
    private ConnectionBody? _body;
    private bool _mayBeStale;
    private bool _hasEnded;
    private Instant _stallsAt = Instant.Never;
    private long _sentBeforeStall;

    /// <summary>Gets how far the response is.</summary>
    public ExchangeStage Stage { get; private set; }

    /// <summary>Gets the call that waits for the response head or for the connection, or null once the call has its outcome.</summary>
    public Exchange? Call { get; private set; }

    /// <summary>Gets the deadline of the exchange on the connection.</summary>
    public Instant Deadline { get; private set; } = Instant.Never;

    /// <summary>Gets what happens to the head of the request.</summary>
    public HeadOutput Output { get; private set; }

    /// <summary>
    /// Gets a value indicating whether a final head came before the end of the content and the content goes on nevertheless.
    /// </summary>
    public bool HasEarlyResponse { get; private set; }

    /// <summary>Gets a value indicating whether another exchange was on the connection before.</summary>
    public bool IsReused { get; private set; }

    /// <summary>Gets a value indicating whether a body is being read, or may be.</summary>
    public bool HasBody => _body is not null;

    /// <summary>Gets the exchange as the connection sees it.</summary>
    public HttpExchange OnWire => new(Http, _id);

    private HttpConnection Http => connection.Http;

    /// <summary>Binds the connection, which is being made, to this call and no other.</summary>
    public void Bind(Exchange call)
    {
        Call = call;
        Deadline = call.Deadline;
    }

    /// <summary>Writes the head into the output and begins the content.</summary>
    /// <param name="call">The exchange that makes the attempt.</param>
    /// <param name="wasIdle">Whether the connection was idle. The server may have closed it meanwhile.</param>
    public void Begin(Exchange call, bool wasIdle)
    {
        System.Diagnostics.Debug.Assert(_body is null, "The body of the last exchange is still here.");
        IsReused = Http.CompletedExchanges > 0;
        _mayBeStale = IsReused || wasIdle;
        Call = call; // first, so that a failure from here on is its outcome
        connection.OnBegin(call);
        if (call.StateOrNull is { } state)
        {
            state.StaysOnConnection = false;
        }

        Interlocked.MemoryBarrier(); // see Exchange.Execute
        HasEarlyResponse = false;
        _hasEnded = false;
        Deadline = call.Deadline;
        call.Caller?.Take(connection);
        if (call.IsFinished)
        {
            LeaveUnsent();
        }
        else if (call.Protocol is null || MayBeginExtended(call))
        {
            Send(call);
        }
    }

    private void Send(Exchange call)
    {
        RequestContent? content = call.Content;
        ContentFraming framing;
        try
        {
            RequestHead head = _composer.Compose(call, connection.Origin.Authority, settings, DecompressionOf(call));
            framing = RequestComposer.FramingOf(call);
            long outputBefore = call.Wire is null || connection.IsPlace ? 0 : Http.GetOutput().Length;
            if (connection.Place is not { } place)
            {
                _id = Http.Begin(head, framing, connection.Now, OptionsOf(call));
            }
            else if (!place.TryBegin(head, framing, connection.Now, OptionsOf(call), out _id))
            {
                ContinueElsewhere(call); // the shared connection has just stopped taking exchanges
                return;
            }

            connection.Wire.Begin(call.Wire, outputBefore);
        }
        catch (ArgumentException error)
        {
            call.Fail(FaultMapping.OfRefusedHead(call, error)); // the head breaks a rule: nothing was written, the connection is as good as before
            LeaveUnsent();
            return;
        }

        MoveTo(ExchangeStage.AwaitingHead);
        connection.CountActive();
        call.Trace?.LeaveQueue(Http.Protocol);
        Output = HeadOutput.Due;
        if (content is not null)
        {
            BeginContent(call, content, framing);
        }
    }

    /// <summary>Allows the head that was held back to be sent.</summary>
    public void Uncork()
    {
        if (Output == HeadOutput.Corked)
        {
            Output = HeadOutput.Due;
        }
    }

    /// <summary>Records that the output is being sent.</summary>
    public void OnSending() => Output = HeadOutput.Sent;

    /// <summary>Writes content to the connection and to its record.</summary>
    /// <returns>The number of bytes taken: all or none.</returns>
    public int Write(ExchangeId id, ReadOnlyMemory<byte> piece)
    {
        int taken = Http.Write(id, piece);
        if (taken > 0)
        {
            connection.Wire.OnRequestBody(piece);
        }

        return taken;
    }

    /// <summary>Drops bytes of an unwanted body.</summary>
    public void Consume(long count) => Http.ConsumeBody(_id, count);

    public void OnReleased() => _upload?.OnReleased();

    /// <summary>Wakes the waits whose data has arrived. Called after each pass of the connection.</summary>
    public void OnProgress()
    {
        _upload?.OnProgress();
        _body?.OnProgress();
    }

    /// <summary>Handles the end of the response. If there is no body, it may come before the head was delivered.</summary>
    public void OnEndOfResponse()
    {
        _hasEnded = true;
        EndIfDelivered();
        EndRecordIfWhole();
        _body?.OnEnd(CopyTrailers());
        _body = null;
    }

    /// <summary>Handles a final head that came before the end of the content.</summary>
    public void OnEarlyResponse()
    {
        if (_upload is { IsTunnel: true })
        {
            EndTunnelIfRefused();
            return;
        }

        if (!EarlyResponse.EndsContent(OnWire.ResponseHead, Http.CloseReasons))
        {
            HasEarlyResponse = true; // the upload goes on, or begins, after the events
            return;
        }

        _upload?.Stop();
        AbandonUnsent();
    }

    /// <summary>
    /// Determines whether the connection is free after the response has ended, or still has content to send. Frees it if it is.
    /// </summary>
    public bool TryLeave()
    {
        if (_upload is { IsRunning: true } upload && !upload.StopIfRefused())
        {
            // An early response: the content is still being sent, and reuse of the connection waits for it. The wait has a limit, since the
            // server may take no more of it and no call is left to cancel it.
            SetDeadline(upload);
            return false;
        }

        EndRecordIfWhole();
        MoveTo(ExchangeStage.Queued);
        _upload = null;
        _id = default;
        Deadline = _stallsAt = Instant.Never;
        return true;
    }

    /// <summary>Sets the time at which the content is given up unless the peer takes more of it. A content that itself has nothing to send at the
    /// moment is not. On a shared connection each stream has its own limit, and other streams may be the reason that nothing is sent.</summary>
    private void SetDeadline(Upload upload)
    {
        long sent = OnWire.RequestBytesSent;
        if (!upload.HoldsMemory || connection.IsPlace)
        {
            _stallsAt = Instant.Never;
        }
        else if (_stallsAt == Instant.Never || sent != _sentBeforeStall)
        {
            _stallsAt = connection.Now + (OptionsOf(upload.Exchange).Timeouts.SendStall ?? ConnectionTimeouts.UnwantedContent);
        }

        _sentBeforeStall = sent;
        Deadline = _stallsAt < upload.Deadline ? _stallsAt : upload.Deadline;
    }

    private void BeginContent(Exchange call, RequestContent content, ContentFraming framing)
    {
        if (content.TrailersOrNull is null && content.TryGetMemory(out ReadOnlyMemory<byte> memory) && OnWire.SendState == SendState.Body)
        {
            if (memory.IsEmpty || Write(_id, memory) == memory.Length)
            {
                Http.FinishBody(_id);
                return;
            }
        }
        else if (call.ContentLength == 0 && OnWire.SendState != SendState.Body && OnWire.SendState != SendState.AwaitContinue)
        {
            return;
        }

        _upload = new Upload(connection, call, content, framing, _id);
        if (OnWire.SendState == SendState.Body && content is not TunnelContent)
        {
            Output = HeadOutput.Corked;
        }

        _upload.StartWhenDue();
    }

    private void EndIfDelivered()
    {
        if (_hasEnded && Stage == ExchangeStage.Body)
        {
            MoveTo(ExchangeStage.Done);
        }
    }

    private void LeaveUnsent()
    {
        Call = null;
        MoveTo(ExchangeStage.Done);
    }

    /// <summary>Continues a call, of which nothing was sent, on another connection.</summary>
    private void ContinueElsewhere(Exchange call)
    {
        LeaveUnsent();
        connection.BeginClosing();
        call.Continue();
    }

    private void EndRecordIfWhole()
    {
        if (connection.Wire.IsOpen && _upload is not { IsNeeded: true })
        {
            connection.Wire.EndWhole();
        }
    }

    /// <summary>Stops sending the content and so releases its memory. The response can still be read.</summary>
    private void AbandonUnsent()
    {
        if (OnWire.SendState is SendState.Body or SendState.AwaitContinue || (_upload is { HoldsMemory: true } && !Http.GetOutput().IsEmpty))
        {
            Http.AbandonBody(_id);
        }
    }

    private void MoveTo(ExchangeStage next)
    {
        System.Diagnostics.Debug.Assert(StageTransitions.Allows(Stage, next), $"{Stage} is not followed by {next}.");
        Stage = next;
    }

    private ExchangeOptions OptionsOf(Exchange call) => call.Options?.Over(settings.Options) ?? settings.Options;

    private DecompressionOptions? DecompressionOf(Exchange call) => call.Options?.AutomaticDecompression ?? settings.Decompression;

    private HeaderField[] CopyTrailers() => OnWire.Trailers.Count == 0 ? [] : [.. OnWire.Trailers];
}
