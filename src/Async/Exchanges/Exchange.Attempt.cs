using PollHttp.Authentication;
using PollHttp.Policies;
using PollHttp.Pool;
using PollHttp.Proxies;

namespace PollHttp.Exchanges;

// The current attempt: what is sent now, as the caller asked for it and as the policies changed it. One that is repeated, since its
// connection ended before an answer, is sent as it is.
internal sealed partial class Exchange
{
    private Route? _route;
    private ExchangeState? _state;

    public required string Method { get; set; }

    /// <summary>Absolute.</summary>
    public required Uri Uri { get; set; }

    /// <summary>The fields of the caller: never changed, but replaced by a copy where an attempt must have others.</summary>
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

    /// <summary>Gets where it goes; from <see cref="Start"/> on.</summary>
    public OriginPool Origin => _route!.Origin;

    public string Target => Message is not null && Method == "CONNECT" ? Message.Headers.Host! : _route!.Target;

    /// <summary>Gets the fields that policies added to this attempt: each takes the place of the caller's fields of its name.</summary>
    public HeaderList? Added => _state is { HasAdded: true } ? _state.Added : null;

    /// <summary>Gets how many responses led to another attempt.</summary>
    public int FollowUps => _state?.FollowUps ?? 0;

    /// <summary>Gets how many redirects led to another attempt.</summary>
    public int Redirects => _state?.Redirects ?? 0;

    /// <summary>Gets a value indicating whether this attempt repeats one whose connection ended before an answer.</summary>
    public bool HasBeenRetried { get; private set; }

    /// <summary>Gets how many attempts a server said it did not process, of which this one is a repetition.</summary>
    public int Refusals => _state?.Refusals ?? 0;

    /// <summary>Gets how many bytes the attempt sent that this one repeats.</summary>
    public long BytesSentBefore => _state?.BytesSentBefore ?? 0;

    /// <summary>Gets a value indicating whether an attempt went to another origin: what was meant for the first one alone no longer holds.</summary>
    public bool HasLeftOrigin => _state is { HasLeftOrigin: true };

    /// <summary>Gets a value indicating whether the next attempt goes over the connection of this one, on which what was negotiated holds.</summary>
    public bool StaysOnConnection => _state is { StaysOnConnection: true };

    /// <summary>Gets the identity that the connection must be authenticated as, or null.</summary>
    public ConnectionIdentity? Identity => _state?.Identity;

    /// <summary>Gets what only some exchanges need, or null while this one needed none of it.</summary>
    public ExchangeState? StateOrNull => _state;

    public ExchangeState State => _state ??= new();

    /// <summary>Set by a policy that wants the response delivered inside an error.</summary>
    public Func<Response, Exception>? Refusal => _state?.Refusal;

    /// <summary>RFC 9110 §9.2.2; an Idempotency-Key says that the server takes care of it.</summary>
    public bool IsIdempotent =>
        RetryRules.IsIdempotent(Method) || Headers?.Contains("Idempotency-Key") == true;

    /// <summary>Adds a field to this attempt alone.</summary>
    /// <exception cref="PollHttpException">The value can't be sent, in an attempt that a response led to.</exception>
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

    /// <summary>Evaluates a head, and prepares the next attempt where one is wanted: under the lock of the connection or, where objects of the
    /// user's are asked, outside of it.</summary>
    public HeadVerdict OnHead(ResponseHead head)
    {
        try
        {
            HeadVerdict verdict = engine.Evaluate(this, head);
            if (verdict == HeadVerdict.SendAgain)
            {
                State.FollowUps++;
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
            Fail(error); // policies ask code of the user's: what it throws is the outcome of this exchange alone
            return HeadVerdict.Stop;
        }
    }

    /// <summary>Moves the attempt to the pool that took the place of its own, which was evicted.</summary>
    public void MoveTo(OriginPool origin) => _route = _route! with { Origin = origin };

    /// <summary>Begins an attempt in HTTP/1.1, and remembers that the origin requires it.</summary>
    public void FallBackToHttp11()
    {
        engine.RememberHttp11(Uri);
        MoveTo(engine.Pool.GetOrigin(Origin.Key with { Versions = HttpVersions.Http1 }));
        BeginRecord();
    }

    /// <summary>Begins an attempt that repeats this one, whose connection ended.</summary>
    /// <param name="bytesSent">How many bytes this one sent.</param>
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

    /// <summary>Forgets what was negotiated: the next attempt has another address, which decides anew who authenticates to it.</summary>
    public void DropCredentials()
    {
        if (_state is not null)
        {
            (_state.OriginAuthentication?.Answer as IDisposable)?.Dispose();
            _state.OriginAuthentication = null;
            _state.Identity = null;
        }
    }

    /// <summary>Makes a record of the attempt that is sent next, where the wire is observed.</summary>
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
