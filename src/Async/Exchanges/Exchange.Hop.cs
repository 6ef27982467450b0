using PollHttp.Authentication;
using PollHttp.Policies;
using PollHttp.Pool;
using PollHttp.Proxies;

namespace PollHttp.Exchanges;

// The current hop: what is sent now, as the caller asked for it and as the policies changed it.
internal sealed partial class Exchange
{
    private Route? _route;
    private HopState? _state;

    public required string Method { get; set; }

    /// <summary>Absolute.</summary>
    public required Uri Uri { get; set; }

    /// <summary>The fields of the caller: never changed, but replaced by a copy where a hop must have others.</summary>
    public HeaderList? Headers { get; set; }

    public RequestContent? Content { get; set; }

    /// <summary>Gets the length of the content, or null where that is not known. Read once, before anything else: a content asks code of
    /// the user's for it, which must not run under a lock.</summary>
    public long? ContentLength => _state is { HasAskedContent: true } ? _state.ContentLength : Content?.Length;

    /// <summary>Gets a value indicating whether the content may be sent (again): there is none, it is replayable, or it was never
    /// touched.</summary>
    public bool CanSendContent => Content is not { } content || !content.WasUsed
        || (_state is { HasAskedContent: true } ? _state.IsContentReplayable : content.IsReplayable);

    /// <summary>Gets a value indicating whether a policy may have the content sent (again): where only the content itself can tell, it may
    /// be asked to.</summary>
    public bool MayTryContentAgain => CanSendContent || Content is { IsAskedAgain: true };

    /// <summary>Where it goes; from the first <see cref="Start"/> on.</summary>
    public OriginPool Origin => _route!.Origin;

    public string Target => Message is not null && Method == "CONNECT" ? Message.Headers.Host! : _route!.Target;

    /// <summary>What policies added to this hop: each takes the place of the caller's fields of its name.</summary>
    public HeaderList? Added => _state is { HasAdded: true } ? _state.Added : null;

    /// <summary>Hops before this one.</summary>
    public int Hops => _state?.Hops ?? 0;

    /// <summary>Hops before this one that redirects caused.</summary>
    public int Redirects => _state?.Redirects ?? 0;

    /// <summary>This hop was sent once already, and its connection ended before an answer .</summary>
    public bool HasBeenRetried { get; private set; }

    /// <summary>Gets how often a server said that it did not process this hop.</summary>
    public int Refusals => _state?.Refusals ?? 0;

    /// <summary>Bytes of this hop that an earlier try sent.</summary>
    public long BytesSentBefore => _state?.BytesSentBefore ?? 0;

    /// <summary>A hop went elsewhere: what was meant for the first origin alone no longer holds .</summary>
    public bool HasLeftOrigin => _state is { HasLeftOrigin: true };

    /// <summary>The next hop goes over the connection of this one: what was negotiated holds there.</summary>
    public bool StaysOnConnection => _state is { StaysOnConnection: true };

    /// <summary>As whom the connection must be authenticated, or null.</summary>
    public ConnectionIdentity? Identity => _state?.Identity;

    /// <summary>What only some exchanges need, or null as long as this one did not.</summary>
    public HopState? StateOrNull => _state;

    public HopState State => _state ??= new();

    /// <summary>Set by a policy that wants the response delivered inside an error.</summary>
    public Func<Response, Exception>? Refusal => _state?.Refusal;

    /// <summary>RFC 9110 §9.2.2; an Idempotency-Key says that the server takes care of it .</summary>
    public bool IsIdempotent =>
        RetryRules.IsIdempotent(Method) || Headers?.Contains("Idempotency-Key") == true;

    /// <summary>Adds a field to this hop alone.</summary>
    /// <exception cref="PollHttpException">The value can't be sent, in a hop that a response led to.</exception>
    public void SetField(string name, string value)
    {
        try
        {
            State.Added.Set(name, value);
        }
        catch (ArgumentException error) when (Hops > 0)
        {
            throw FaultMapping.OfRefusedHead(this, error);
        }
    }

    /// <summary>Evaluates a head, and prepares the next hop where one is wanted: under the lock of the connection or, where objects of the
    /// user's are asked, outside of it.</summary>
    public HeadVerdict OnHead(ResponseHead head)
    {
        try
        {
            HeadVerdict verdict = engine.Evaluate(this, head);
            if (verdict == HeadVerdict.SendAgain)
            {
                State.Hops++;
                State.BytesSentBefore = 0;
                State.Refusals = 0;
                HasBeenRetried = false;
                Prepare();
                BeginRecord();
            }

            return verdict;
        }
        catch (Exception error)
        {
            Fail(error); // policies ask code of the user's: whatever it throws is this exchange's outcome, and nobody else's
            return HeadVerdict.Stop;
        }
    }

    /// <summary>The pool of this hop was evicted, and this is the one that counts.</summary>
    public void MoveTo(OriginPool origin) => _route = _route! with { Origin = origin };

    /// <summary>The hop goes out again as it is, after a connection that ended.</summary>
    /// <param name="bytesSent">Bytes of it that were sent.</param>
    /// <param name="isRefused">Whether the server says that it processed none of them.</param>
    public void NoteRetry(long bytesSent, bool isRefused = false)
    {
        if (isRefused)
        {
            State.Refusals++;
        }
        else
        {
            HasBeenRetried = true;
            State.BytesSentBefore = bytesSent;
        }

        BeginRecord();
    }

    /// <summary>The next hop has another address: whom it authenticates to, and as whom, is decided anew.</summary>
    public void DropCredentials()
    {
        if (_state is not null)
        {
            (_state.OriginAuthentication?.Answer as IDisposable)?.Dispose();
            _state.OriginAuthentication = null;
            _state.Identity = null;
        }
    }

    /// <summary>The hop that is sent next gets a record of its own, where somebody observes the wire.</summary>
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
                _state.ProxyAuthentication = null; // each proxy for itself
            }
        }

        _route = route;
        engine.Amend(this);
        Trace?.Inject(this);
    }
}
