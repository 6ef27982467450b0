namespace PollHttp;

// The current hop: what is sent now, as the caller asked for it and as the policies changed it.
internal sealed partial class Exchange
{
    private HeaderList? _added;
    private AuthenticationState _originAuthentication;
    private AuthenticationState _proxyAuthentication;

    public required string Method { get; set; }

    /// <summary>Absolute.</summary>
    public required Uri Uri { get; set; }

    /// <summary>The fields of the caller: never changed, but replaced by a copy where a hop must have others.</summary>
    public HeaderList? Headers { get; set; }

    public RequestContent? Content { get; set; }

    public OriginPool Origin { get; private set; } = null!;

    public string Target { get; private set; } = "";

    /// <summary>What policies added to this hop: each takes the place of the caller's fields of its name.</summary>
    public HeaderList? Added => _added is { Count: > 0 } ? _added : null;

    /// <summary>Hops before this one.</summary>
    public int Hops { get; private set; }

    /// <summary>Hops before this one that redirects caused.</summary>
    public int Redirects { get; set; }

    /// <summary>This hop was sent once already, and its connection ended before an answer .</summary>
    public bool HasBeenRetried { get; set; }

    /// <summary>A hop went elsewhere: what was meant for the first origin alone no longer holds .</summary>
    public bool HasLeftOrigin { get; set; }

    /// <summary>The next hop goes over the connection of this one: what was negotiated holds there.</summary>
    public bool StaysOnConnection { get; set; }

    /// <summary>As whom the connection must be authenticated, or null.</summary>
    public ConnectionIdentity? Identity { get; set; }

    /// <summary>How far it is with authenticating itself to the origin of this hop.</summary>
    public ref AuthenticationState OriginAuthentication => ref _originAuthentication;

    /// <summary>The same towards the proxy of this hop.</summary>
    public ref AuthenticationState ProxyAuthentication => ref _proxyAuthentication;

    /// <summary>Bytes of this hop that an earlier try sent.</summary>
    public long BytesSentBefore { get; set; }

    /// <summary>Set by a policy that wants the response delivered inside an error.</summary>
    public Func<Response, Exception>? Refusal { get; set; }

    /// <summary>RFC 9110 §9.2.2; an Idempotency-Key says that the server takes care of it .</summary>
    public bool IsIdempotent =>
        Method is "GET" or "HEAD" or "OPTIONS" or "TRACE" or "PUT" or "DELETE" || Headers?.Contains("Idempotency-Key") == true;

    /// <summary>Adds a field to this hop alone.</summary>
    public void SetField(string name, string value) => (_added ??= new()).Set(name, value);

    /// <summary>Under the gate of the connection: judges a head, and prepares the next hop where one is wanted.</summary>
    public HeadVerdict OnHead(ResponseHead head)
    {
        try
        {
            HeadVerdict verdict = engine.Judge(this, head);
            if (verdict == HeadVerdict.SendAgain)
            {
                Hops++;
                HasBeenRetried = false;
                BytesSentBefore = 0;
                Prepare();
            }

            return verdict;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Fail(error); // policies ask code of the user's: whatever it throws is this exchange's outcome, and nobody else's
            return HeadVerdict.Stop;
        }
    }

    /// <summary>The next hop has another address: whom it authenticates to, and as whom, is decided anew.</summary>
    public void ForgetCredentials()
    {
        _originAuthentication.Forget();
        Identity = null;
    }

    private void Prepare()
    {
        Route route = engine.GetRoute(this);
        if (Origin is not null && Origin.Key.Proxy != route.Origin.Key.Proxy)
        {
            _proxyAuthentication.Forget(); // each proxy for itself
        }

        Origin = route.Origin;
        Target = route.Target;
        _added?.Clear();
        engine.Amend(this);
    }
}
