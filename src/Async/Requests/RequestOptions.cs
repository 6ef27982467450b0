using System.Net.Security;
using PollHttp.Authentication;
using PollHttp.Cookies;
using PollHttp.Requests;

namespace PollHttp;

/// <summary>What one request does differently from its client. What is null is as the client has it.</summary>
public sealed class RequestOptions
{
    private CookieStore? _cookies;

    /// <summary>From sending to the response head, over all redirects and retries; InfiniteTimeSpan for no limit.</summary>
    public TimeSpan? Timeout { get; set => field = value is { } limit ? OptionValue.Limit(limit) : null; }

    /// <summary>
    /// For making a connection, where one is made for this request: for resolving, connecting and a proxy's tunnel together, and again
    /// for the TLS handshake; InfiniteTimeSpan for no limit but <see cref="Timeout"/>, which goes on meanwhile. Waiting for a
    /// connection that another request uses is not making one. When it passes, the exception's phase says in what.
    /// </summary>
    public TimeSpan? ConnectTimeout { get; set => field = value is { } limit ? OptionValue.Limit(limit) : null; }

    /// <summary>How much of this request and its response is taken and held, in place of all of the client's limits.</summary>
    public ConnectionLimits? Limits { get; set; }

    /// <summary>How long each wait within this exchange may take, in place of all of the client's.</summary>
    public ConnectionTimeouts? Timeouts { get; set; }

    /// <summary>What is accepted of this response although the rules don't have it so, in place of all that the client accepts.</summary>
    public Leniency? Leniency { get; set; }

    /// <summary>Which content codings are asked for and decoded, and how far. Converts from <see cref="DecompressionMethods"/>, of which None
    /// turns it off, and from <see cref="ContentCodings"/>.</summary>
    public DecompressionOptions? AutomaticDecompression { get; set; }

    /// <summary>
    /// Told of each interim response but 101 (RFC 9110 §15.2): its head is the callee's for good. On a loop of yours it is called on the loop's
    /// thread, in order, before the response is there; in background drive where continuations run. What it throws fails the request.
    /// </summary>
    public Action<ResponseHead>? OnInformational { get; set; }

    /// <summary>
    /// Told how much of the body has come, by the reading of it: at each read that finds more, and once at the end. So it is called on the
    /// reader's thread, and what it throws fails that read alone. Not told of bodies that nobody reads: those of redirects, and what is
    /// left when a response is disposed or drained.
    /// </summary>
    public IProgress<ResponseProgress>? ResponseProgress { get; set; }

    /// <summary>Gets or sets a value indicating whether redirects are followed.</summary>
    public bool? AllowAutoRedirect { get; set; }

    /// <summary>How many of them, at least 1.</summary>
    public int? MaxAutomaticRedirections { get; set => field = value is { } count ? OptionValue.AtLeast(1, count) : null; }

    /// <summary>Gets or sets a value indicating whether cookies are sent and stored.</summary>
    public bool? UseCookies { get; set; }

    /// <summary>Gets or sets the cookies of this request, instead of the client's.</summary>
    public CookieStore? Cookies
    {
        get => _cookies;
        set
        {
            _cookies = value;
            Jar = value is null ? null : new StoreJar(value);
        }
    }

    internal ICookieJar? Jar { get; private set; }

    /// <summary>Gets or sets a value indicating whether a proxy is used.</summary>
    public bool? UseProxy { get; set; }

    /// <summary>Gets or sets the proxy of this request.</summary>
    public IWebProxy? Proxy { get; set; }

    /// <summary>Where to connect instead of what the name of the origin stands for, and without a proxy: a Unix domain socket, a fixed
    /// address. For the origin of the request only: a redirect elsewhere goes where the client's settings say.</summary>
    public EndPoint? EndPoint { get; set; }

    /// <summary>TLS settings, for the origin of the request only: a redirect elsewhere uses the client's. Requests share a connection
    /// only where all of these are equal.</summary>
    public SslClientAuthenticationOptions? SslOptions { get; set; }

    /// <summary>Sent as <c>Authorization: Bearer</c> (RFC 6750 §2.1), unless the request has a field of that name; in place of the client's. A
    /// redirect to another origin does not take it along.</summary>
    /// <exception cref="ArgumentException">It is empty, or has a character that no token has.</exception>
    public string? BearerToken { get; set => field = value is null ? null : BearerTokens.Check(value); }

    /// <summary>What challenges of servers are answered with.</summary>
    public ICredentials? Credentials { get; set; }

    /// <summary>Gets what an exchange with these options is held to.</summary>
    internal ExchangeOptions Over(ExchangeOptions client) => Limits is null && Timeouts is null && Leniency is null
        ? client
        : new() { Limits = Limits ?? client.Limits, Timeouts = Timeouts ?? client.Timeouts, Leniency = Leniency ?? client.Leniency };
}
