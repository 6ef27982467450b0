using PollHttp.Authentication;
using PollHttp.Policies;
using PollHttp.Telemetry;

namespace PollHttp.Exchanges;

/// <summary>
/// Holds the state that only some exchanges need: the ones that are redirected, authenticated, retried, observed, or sent with cookies or
/// with options of their own. Created when needed.
/// </summary>
internal sealed class ExchangeState
{
    private HeaderList? _added;

    /// <summary>Gets the fields that policies added to this attempt.</summary>
    public HeaderList Added => _added ??= new();

    public bool HasAdded => _added is { Count: > 0 };

    /// <summary>Gets or sets the caller's options, for the whole exchange.</summary>
    public RequestOptions? Options { get; set; }

    /// <summary>Gets or sets the protocol of an extended CONNECT, or null.</summary>
    public string? Protocol { get; set; }

    /// <summary>Gets or sets the trace of the whole exchange.</summary>
    public RequestTrace? Trace { get; set; }

    /// <summary>Gets or sets the record of the current attempt, if the wire is observed.</summary>
    public WireExchange? Wire { get; set; }

    /// <summary>Gets or sets a value indicating whether <see cref="ContentLength"/> and <see cref="IsContentReplayable"/> were read from the
    /// content. This happens once an exchange, and not for a content that is memory.</summary>
    public bool HasAskedContent { get; set; }

    public bool IsContentReplayable { get; set; }

    public long? ContentLength { get; set; }

    public int FollowUps { get; set; }

    public int Redirects { get; set; }

    public bool HasLeftOrigin { get; set; }

    public bool StaysOnConnection { get; set; }

    public int Refusals { get; set; }

    public int Displacements { get; set; }

    public long BytesSentBefore { get; set; }

    public ConnectionIdentity? Identity { get; set; }

    public AuthenticationState? OriginAuthentication { get; set; }

    public AuthenticationState? ProxyAuthentication { get; set; }

    public Func<Response, Exception>? Refusal { get; set; }
}
