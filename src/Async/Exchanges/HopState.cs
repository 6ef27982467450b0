using PollHttp.Authentication;
using PollHttp.Policies;
using PollHttp.Telemetry;

namespace PollHttp.Exchanges;

/// <summary>
/// What only some exchanges need: those that are redirected, authenticated, retried, watched, or sent with cookies or with options of
/// their own. Made when needed.
/// </summary>
internal sealed class HopState
{
    private HeaderList? _added;

    /// <summary>Fields that policies added to this hop.</summary>
    public HeaderList Added => _added ??= new();

    public bool HasAdded => _added is { Count: > 0 };

    /// <summary>Of the whole exchange: what the caller wants differently.</summary>
    public RequestOptions? Options { get; set; }

    /// <summary>Of the whole exchange: who watches it.</summary>
    public RequestTrace? Trace { get; set; }

    /// <summary>The record of the current hop, where somebody observes the wire.</summary>
    public WireExchange? Wire { get; set; }

    /// <summary>Of the whole exchange: whether the content was asked for what follows; memory need not be.</summary>
    public bool HasAskedContent { get; set; }

    public bool IsContentReplayable { get; set; }

    public long? ContentLength { get; set; }

    public int Hops { get; set; }

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
