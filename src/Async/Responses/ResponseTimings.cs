namespace PollHttp;

/// <summary>
/// Holds the times of the steps of a request, each since the call that sent it. Null means that the step has not happened yet, or happened
/// before the call (for an existing connection). After redirects, the times are those of the last attempt.
/// </summary>
public readonly record struct ResponseTimings
{
    /// <summary>Gets or sets when the address of the host was known.</summary>
    public TimeSpan? Resolved { get; init; }

    /// <summary>Gets or sets when the connection was made.</summary>
    public TimeSpan? Connected { get; init; }

    /// <summary>Gets or sets when the connection was ready for HTTP: after the proxy's tunnel and the TLS handshake, if any.</summary>
    public TimeSpan? Secured { get; init; }

    /// <summary>Gets or sets when the request got a connection and its head was written.</summary>
    public TimeSpan? Queued { get; init; }

    /// <summary>Gets or sets when the last byte of the request was passed to the system.</summary>
    public TimeSpan? Sent { get; init; }

    /// <summary>Gets or sets when the first byte of a response arrived.</summary>
    public TimeSpan? FirstByte { get; init; }

    /// <summary>Gets or sets when the last byte of the response arrived.</summary>
    public TimeSpan? LastByte { get; init; }
}
