using PollHttp.Authentication;
using PollHttp.Policies;
using PollHttp.Telemetry;

namespace PollHttp.Exchanges;

/// <summary>
/// What only some exchanges need: those that are redirected, authenticated, retried, watched, or sent with cookies or with options of
/// their own. Made when needed.
/// </summary>
internal sealed class ExchangeState
{
    private HeaderList? _added;

    /// <summary>Gets the fields that policies added to this attempt.</summary>
    public HeaderList Added => _added ??= new();

    public bool HasAdded => _added is { Count: > 0 };

    /// <summary>Gets or sets what the caller wants differently, for the whole exchange.</summary>
    public RequestOptions? Options { get; set; }

    /// <summary>Gets or sets the trace of the whole exchange.</summary>
    public RequestTrace? Trace { get; set; }

    /// <summary>Gets or sets the record of the current attempt, where the wire is observed.</summary>
    public WireExchange? Wire { get; set; }

    /// <summary>Gets or sets a value indicating whether the content was asked for what follows, once for the exchange; memory need not be.</summary>
    public bool HasAskedContent { get; set; }

    public bool IsContentReplayable { get; set; }

    public long? ContentLength { get; set; }

    public int FollowUps { get; set; }

    public int Redirects { get; set; }

    public bool HasLeftOrigin { get; set; }

    public bool StaysOnConnection { get; set; }

    public int Refusals { get; set; }

    public long BytesSentBefore { get; set; }

    public ConnectionIdentity? Identity { get; set; }

    public AuthenticationState? OriginAuthentication { get; set; }

    public AuthenticationState? ProxyAuthentication { get; set; }

    public Func<Response, Exception>? Refusal { get; set; }
}
