using PollHttp.Exchanges;
using PollHttp.Policies;
using PollHttp.Settings;

namespace PollHttp.Connections;

/// <summary>
/// An exchange while it is on a connection: its head, its content, the response and the body of that. HTTP/1 has one on a connection at a
/// time, and this object serves one after the other.
/// </summary>
/// <remarks>Under the lock of the connection.</remarks>
internal sealed partial class ConnectionExchange(PooledConnection connection, ExchangeSettings settings)
{
    private readonly RequestComposer _composer = new();
    private ExchangeId _id;
    private Upload? _upload;
    private ConnectionBody? _body;
    private bool _mayBeStale;
    private bool _hasEnded;

    /// <summary>How far the response is.</summary>
    public ExchangeStage Stage { get; private set; }

    /// <summary>The call that waits for the response head, or for the connection; null once it has its outcome.</summary>
    public Exchange? Call { get; private set; }

    /// <summary>When the time of what is on the connection is over.</summary>
    public Instant Deadline { get; private set; } = Instant.Never;

    /// <summary>What is to become of the head of the request.</summary>
    public HeadOutput Output { get; private set; }

    /// <summary>Whether a final head came before the end of the content, and the content goes on nevertheless.</summary>
    public bool HasEarlyResponse { get; private set; }

    /// <summary>Whether another exchange was on the connection before.</summary>
    public bool IsReused { get; private set; }

    /// <summary>Whether somebody reads a body, or may.</summary>
    public bool HasBody => _body is not null;

    /// <summary>What the connection says of the exchange.</summary>
    public HttpExchange OnWire => new(Http, _id);

    private HttpConnection Http => connection.Http;

    /// <summary>The connection is made for this call, and for no other.</summary>
    public void Bind(Exchange call)
    {
        Call = call;
        Deadline = call.Deadline;
    }

    /// <summary>Writes the head into the output, and has the content begin.</summary>
    /// <param name="call">The exchange that makes the attempt.</param>
    /// <param name="wasIdle">Whether the connection was idle: it may have been given up by the server meanwhile.</param>
    public void Begin(Exchange call, bool wasIdle)
    {
        IsReused = Http.CompletedExchanges > 0;
        _mayBeStale = IsReused || wasIdle;
        Call = call; // first: what fails from here on is its outcome
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
            return;
        }

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
                LeaveUnsent();
                connection.BeginClosing();
                call.Continue(); // the shared connection takes no more since a moment ago: on another
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

    /// <summary>The head that was held back may leave.</summary>
    public void Uncork()
    {
        if (Output == HeadOutput.Corked)
        {
            Output = HeadOutput.Due;
        }
    }

    /// <summary>The output is being sent.</summary>
    public void OnSending() => Output = HeadOutput.Sent;

    /// <summary>Gives content to the connection, and to its record.</summary>
    /// <returns>How much was taken: all or nothing.</returns>
    public int Write(ExchangeId id, ReadOnlyMemory<byte> piece)
    {
        int taken = Http.Write(id, piece);
        if (taken > 0)
        {
            connection.Wire.OnRequestBody(piece);
        }

        return taken;
    }

    /// <summary>Drops bytes of a body that nobody wants.</summary>
    public void Consume(long count) => Http.ConsumeBody(_id, count);

    public void OnReleased() => _upload?.OnReleased();

    /// <summary>After each pass of the connection: wakes who waits for what has come.</summary>
    public void OnProgress()
    {
        _upload?.OnProgress();
        _body?.OnProgress();
    }

    /// <summary>The response is over; where it has no body, before its head was delivered.</summary>
    public void OnEndOfResponse()
    {
        _hasEnded = true;
        EndIfDelivered();
        EndRecordIfWhole();
        _body?.OnEnd(CopyTrailers());
        _body = null;
    }

    /// <summary>A final head came before the end of the content.</summary>
    public void OnEarlyResponse()
    {
        if (!EarlyResponse.EndsContent(OnWire.ResponseHead, Http.CloseReasons))
        {
            HasEarlyResponse = true; // the upload goes on, or begins, when events are through
            return;
        }

        _upload?.Stop();
        AbandonUnsent();
    }

    /// <summary>The response is over: whether the connection is free, or still has content to send. Frees it where it is.</summary>
    public bool TryLeave()
    {
        if (_upload is { IsRunning: true } upload)
        {
            // An early response: the content is still being sent, which the connection's reuse waits for; but not for ever, since
            // the server may take no more of it, and nobody is left to give it up.
            Deadline = upload.Deadline;
            return false;
        }

        EndRecordIfWhole();
        MoveTo(ExchangeStage.Queued);
        _upload = null;
        _id = default;
        Deadline = Instant.Never;
        return true;
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
        if (OnWire.SendState == SendState.Body)
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

    private void EndRecordIfWhole()
    {
        if (connection.Wire.IsOpen && _upload is not { IsNeeded: true })
        {
            connection.Wire.EndWhole();
        }
    }

    /// <summary>Has nothing more of the content sent, and so gives back its memory. The response can still be read.</summary>
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
