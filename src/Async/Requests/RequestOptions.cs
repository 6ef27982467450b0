using System.Net.Security;
using PollHttp.Authentication;
using PollHttp.Cookies;
using PollHttp.Requests;

namespace PollHttp;

/// <summary>Specifies the options of one request. Null means the option of the client.</summary>
public sealed class RequestOptions
{
    private CookieStore? _cookies;

    /// <summary>
    /// Gets or sets the timeout from sending to the response head, including all redirects and retries; InfiniteTimeSpan for no limit.
    /// </summary>
    public TimeSpan? Timeout { get; set => field = value is { } limit ? OptionValue.Limit(limit) : null; }

    /// <summary>
    /// Gets or sets the timeout for opening a connection for this request: for the lookup, connecting and a proxy's tunnel together, and
    /// again for the TLS handshake. With InfiniteTimeSpan only <see cref="Timeout"/> applies, which always runs. Waiting for a connection
    /// that another request uses does not count. When it expires, the exception's phase says at which step.
    /// </summary>
    public TimeSpan? ConnectTimeout { get; set => field = value is { } limit ? OptionValue.Limit(limit) : null; }

    /// <summary>Gets or sets the limits of this request and its response, instead of all limits of the client.</summary>
    public ConnectionLimits? Limits { get; set; }

    /// <summary>Gets or sets the timeouts of the waits within this exchange, instead of all those of the client.</summary>
    public ConnectionTimeouts? Timeouts { get; set; }

    /// <summary>
    /// Gets or sets the deviations from the rules that are accepted in this response, instead of all those of the client.
    /// </summary>
    public Leniency? Leniency { get; set; }

    /// <summary>
    /// Gets or sets which content codings are requested and decoded, and the limits of decoding. Converts from
    /// <see cref="DecompressionMethods"/>, whose None turns it off, and from <see cref="ContentCodings"/>.
    /// </summary>
    public DecompressionOptions? AutomaticDecompression { get; set; }

    /// <summary>
    /// Gets or sets a callback for each interim response except 101 (RFC 9110 §15.2); it may keep the head. On your own loop it is called
    /// on the loop's thread, in order, before the response; in background drive it is called where continuations run. An exception fails
    /// the request.
    /// </summary>
    public Action<ResponseHead>? OnInformational { get; set; }

    /// <summary>
    /// Gets or sets the receiver of progress reports for the body. Reading reports: at each read that finds more data, and once at the end.
    /// So it is called on the reader's thread, and an exception fails only that read. Bodies that are not read report nothing: those of
    /// redirects, and the rest when a response is disposed or drained.
    /// </summary>
    public IProgress<ResponseProgress>? ResponseProgress { get; set; }

    /// <summary>
    /// Gets or sets the version of HTTP: 1.0, 1.1 or 2.0. Over TLS the server chooses among those that this and <see cref="VersionPolicy"/> allow; without
    /// TLS HTTP/2 is spoken where nothing less is allowed (RFC 9113 §3.3).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.0.</exception>
    public Version? Version
    {
        get;
        set
        {
            if (value is not null)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(value, HttpVersion.Version10, nameof(Version));
            }

            field = value;
        }
    }

    /// <summary>Gets or sets what <see cref="Version"/> means where the server speaks another one; the request fails with
    /// <see cref="HttpRequestError.VersionNegotiationError"/> where it forbids what there is.</summary>
    public HttpVersionPolicy? VersionPolicy
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)value.GetValueOrDefault(), (uint)HttpVersionPolicy.RequestVersionExact, nameof(VersionPolicy));
            field = value;
        }
    }

    /// <summary>Gets or sets a value indicating whether redirects are followed.</summary>
    public bool? AllowAutoRedirect { get; set; }

    /// <summary>Gets or sets the maximum number of redirects, at least 1.</summary>
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

    /// <summary>
    /// Gets or sets the end point to connect to instead of looking up the host, and without a proxy: a Unix domain socket, a fixed address.
    /// It applies only to the origin of the request: a redirect elsewhere uses the client's settings.
    /// </summary>
    public EndPoint? EndPoint { get; set; }

    /// <summary>
    /// Gets or sets the TLS options, which apply only to the origin of the request: a redirect elsewhere uses the client's. Requests share
    /// a connection only if all of these options are equal.
    /// </summary>
    public SslClientAuthenticationOptions? SslOptions { get; set; }

    /// <summary>Gets or sets the token that is sent as <c>Authorization: Bearer</c> (RFC 6750
    /// §2.1), unless the request has its own Authorization; it replaces the client's token. It is not sent to another origin after a
    /// redirect.</summary>
    /// <exception cref="ArgumentException">The token is empty, or has a character that is not allowed in a token.</exception>
    public string? BearerToken { get; set => field = value is null ? null : BearerTokens.Check(value); }

    /// <summary>
    /// Gets or sets the priority that the server is told (RFC 9218), in a Priority field that is sent in every version of HTTP, unless the request has
    /// its own. In HTTP/2 the contents of requests are sent in the order of their urgency too. Null sends none.
    /// </summary>
    public RequestPriority? Priority { get; set; }

    /// <summary>Gets or sets the credentials for challenges of servers.</summary>
    public ICredentials? Credentials { get; set; }

    /// <summary>Returns the options of an exchange: these, or else those of the client.</summary>
    internal ExchangeOptions Over(ExchangeOptions client) => Limits is null && Timeouts is null && Leniency is null
        ? client
        : new() { Limits = Limits ?? client.Limits, Timeouts = Timeouts ?? client.Timeouts, Leniency = Leniency ?? client.Leniency };
}
