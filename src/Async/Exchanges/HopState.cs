namespace PollHttp;

/// <summary>What only some exchanges need: those that are redirected, authenticated, retried, or sent with cookies. Made when needed.</summary>
internal sealed class HopState
{
    /// <summary>Fields that policies added to this hop.</summary>
    public HeaderList Added { get; } = new();

    public int Hops { get; set; }

    public int Redirects { get; set; }

    public bool HasLeftOrigin { get; set; }

    public bool StaysOnConnection { get; set; }

    public long BytesSentBefore { get; set; }

    public ConnectionIdentity? Identity { get; set; }

    public AuthenticationState? OriginAuthentication { get; set; }

    public AuthenticationState? ProxyAuthentication { get; set; }

    public Func<Response, Exception>? Refusal { get; set; }
}
