namespace PollHttp;

/// <summary>
/// When a request got how far, each as the time since the call that sent it; null for what has not happened yet, or happened
/// before (a connection that was there already). After redirects: of the last attempt.
/// </summary>
public readonly record struct ResponseTimings
{
    /// <summary>Gets or sets the address of the host was known.</summary>
    public TimeSpan? Resolved { get; init; }

    /// <summary>Gets or sets the connection was made.</summary>
    public TimeSpan? Connected { get; init; }

    /// <summary>HTTP could be spoken: after the proxy's tunnel and the TLS handshake, where there are any.</summary>
    public TimeSpan? Secured { get; init; }

    /// <summary>Gets or sets a connection was there for it, and its head was written.</summary>
    public TimeSpan? Queued { get; init; }

    /// <summary>Its last byte was handed to the system.</summary>
    public TimeSpan? Sent { get; init; }

    /// <summary>Gets or sets the first byte of an answer came.</summary>
    public TimeSpan? FirstByte { get; init; }

    /// <summary>Gets or sets the last byte of the response came.</summary>
    public TimeSpan? LastByte { get; init; }
}
