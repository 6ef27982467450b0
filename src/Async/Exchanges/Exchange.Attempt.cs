using PollHttp.Authentication;
using PollHttp.Policies;
using PollHttp.Pool;
using PollHttp.Proxies;

namespace PollHttp.Exchanges;

// The current attempt: the caller's request as the policies have changed it. An attempt whose connection ended before an answer is repeated
// unchanged.
internal sealed partial class Exchange
{
    private Route? _route;
    private ExchangeState? _state;

    public required string Method { get; set; }

    /// <summary>Gets or sets the address of the current attempt, which is absolute.</summary>
    public required Uri Uri { get; set; }

    /// <summary>Gets or sets the caller's fields. They are never changed; an attempt that needs other fields gets a copy.</summary>
    public HeaderList? Headers { get; set; }

    public RequestContent? Content { get; set; }

    /// <summary>Gets the length of the content, or null if it is unknown. The length is read once, at the start: a content may run user code
    /// for it, which must not run under a lock.</summary>
    public long? ContentLength => _state is { HasAskedContent: true } ? _state.ContentLength : Content?.Length;

    /// <summary>Gets a value indicating whether the content may be sent, or sent again: there is none, it is replayable, or it was never
    /// used.</summary>
    public bool CanSendContent => Content is not { } content || !content.WasUsed
        || (_state is { HasAskedContent: true } ? _state.IsContentReplayable : content.IsReplayable);

    /// <summary>Gets a value indicating whether a policy may try to send the content, or to send it again. A content that decides this itself
    /// may be asked to.</summary>
    public bool MayTryContentAgain => CanSendContent || Content is { IsAskedAgain: true };

    /// <summary>Gets the pool of the origin that the attempt is sent to; available from <see cref="Start"/> on.</summary>
    public OriginPool Origin => _route!.Origin;

    public string Target => Message is not null && Method == "CONNECT" && Protocol is null ? Message.Headers.Host! : _route!.Target;

    /// <summary>Gets the fields that policies added to this attempt. Each replaces the caller's fields of its name.</summary>
    public HeaderList? Added => _state is { HasAdded: true } ? _state.Added : null;

    /// <summary>Gets the number of responses that led to another attempt.</summary>
    public int FollowUps => _state?.FollowUps ?? 0;

    /// <summary>Gets the number of redirects that led to another attempt.</summary>
    public int Redirects => _state?.Redirects ?? 0;

    /// <summary>Gets a value indicating whether this attempt repeats one whose connection ended before an answer.</summary>
    public bool HasBeenRetried { get; private set; }

    /// <summary>Gets the number of earlier attempts that this one repeats because the server said it did not process them.</summary>
    public int Refusals => _state?.Refusals ?? 0;

    /// <summary>Gets the number of earlier attempts whose connection the server ended in order after other requests.</summary>
    public int Displacements => _state?.Displacements ?? 0;

    /// <summary>Gets the number of bytes that were sent by the attempt that this one repeats.</summary>
    public long BytesSentBefore => _state?.BytesSentBefore ?? 0;

    /// <summary>Gets a value indicating whether an attempt went to another origin. Settings meant only for the first origin then no longer
    /// apply.</summary>
    public bool HasLeftOrigin => _state is { HasLeftOrigin: true };

    /// <summary>Gets a value indicating whether the next attempt uses the connection of this one, on which the negotiated
    /// authentication holds.</summary>
    public bool StaysOnConnection => _state is { StaysOnConnection: true };

    /// <summary>Gets the identity that the connection must be authenticated with, or null.</summary>
    public ConnectionIdentity? Identity => _state?.Identity;

    /// <summary>Gets the state that only some exchanges need, or null while this one has needed none of it.</summary>
    public ExchangeState? StateOrNull => _state;

    public ExchangeState State => _state ??= new();

    /// <summary>Gets the function with which a policy wraps the response in an error, or null.</summary>
    public Func<Response, Exception>? Refusal => _state?.Refusal;

    /// <summary>Gets a value indicating whether the request is idempotent (RFC 9110 §9.2.2), or has an Idempotency-Key, with which the server
    /// detects a repetition.</summary>
    public bool IsIdempotent =>
        RetryRules.IsIdempotent(Method) || Headers?.Contains("Idempotency-Key") == true;

    /// <summary>Sets a field for this attempt only.</summary>
    /// <exception cref="PollHttpException">The value can't be sent, and a response led to this attempt.</exception>
    public void SetField(string name, string value)
    {
        try
        {
            State.Added.Set(name, value);
        }
        catch (ArgumentException error) when (FollowUps > 0)
        {
            throw FaultMapping.OfRefusedHead(this, error);
        }
    }

    /// <summary>Evaluates a head, and prepares the next attempt if one is wanted. Called under the lock of the connection, or without it if
    /// user objects are asked.</summary>
    public HeadVerdict OnHead(ResponseHead head)
    {
        try
        {
            HeadVerdict verdict = engine.Evaluate(this, head);
            if (verdict == HeadVerdict.SendAgain)
            {
                State.FollowUps++;
                State.BytesSentBefore = 0;
                State.Refusals = State.Displacements = 0;
                HasBeenRetried = false;
                Prepare();
                BeginRecord();
            }

            return verdict;
        }
        catch (Exception error)
        {
            Fail(error); // policies call user code: what it throws ends this exchange only
            return HeadVerdict.Stop;
        }
    }

    /// <summary>Moves the attempt to the pool that replaced its own pool, which was evicted.</summary>
    public void MoveTo(OriginPool origin) => _route = _route! with { Origin = origin };

    /// <summary>Begins an attempt in HTTP/1.1, and remembers that the origin requires it.</summary>
    public void FallBackToHttp11()
    {
        engine.RememberHttp11(Uri);
        MoveTo(engine.Pool.GetOrigin(Origin.Key with { Versions = HttpVersions.Http1 }));
        BeginRecord();
    }

    /// <summary>Begins an attempt that repeats this one, whose connection ended.</summary>
    /// <param name="bytesSent">The number of bytes that this attempt sent.</param>
    /// <param name="cause">The reason.</param>
    public void NoteRetry(long bytesSent, RetryCause cause)
    {
        switch (cause)
        {
            case RetryCause.Refused:
                State.Refusals++;
                break;
            case RetryCause.Displaced:
                State.Displacements++;
                break;
            default:
                HasBeenRetried = true;
                State.BytesSentBefore = bytesSent;
                break;
        }

        BeginRecord();
    }

    /// <summary>Discards the negotiated authentication. The next attempt has another address, for which credentials are chosen anew.</summary>
    public void DropCredentials()
    {
        if (_state is not null)
        {
            (_state.OriginAuthentication?.Answer as IDisposable)?.Dispose();
            _state.OriginAuthentication = null;
            _state.Identity = null;
        }
    }

    /// <summary>Creates the record of the attempt that is sent next, if the wire is observed.</summary>
    private void BeginRecord()
    {
        if (engine.Wire is { } context)
        {
            State.Wire = new(Method, Uri, StartedAt, context, Wire);
        }
    }

    private void ReadContent()
    {
        if (Content is { IsMemory: false } content)
        {
            State.HasAskedContent = true;
            State.ContentLength = content.Length;
            State.IsContentReplayable = content.IsReplayable;
        }
    }

    private void Prepare()
    {
        Route route = engine.GetRoute(this);
        if (_state is not null)
        {
            if (_state.HasAdded)
            {
                _state.Added.Clear();
            }

            if (_route is not null && (_route.Origin.Key.Proxy, _route.Origin.Key.ProxyCredentials) != (route.Origin.Key.Proxy, route.Origin.Key.ProxyCredentials))
            {
                _state.ProxyAuthentication = null; // authentication to one proxy is not valid for another
            }
        }

        _route = route;
        engine.Amend(this);
        Trace?.Inject(this);
    }
}
