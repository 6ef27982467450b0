namespace PollHttp.Core;

/// <summary>
/// Holds the times of the steps of an exchange, as the connection saw them; <see cref="Instant.Never"/> for a step that has not happened
/// yet.
/// </summary>
public readonly record struct ExchangeTimes
{
    /// <summary>Initializes times of which none has happened.</summary>
    public ExchangeTimes()
    {
    }

    /// <summary>Gets or sets when the head was written to the output.</summary>
    public Instant Begun { get; init; } = Instant.Never;

    /// <summary>Gets or sets when the last byte of the request was passed to the transport.</summary>
    public Instant Sent { get; init; } = Instant.Never;

    /// <summary>Gets or sets when the first byte of a response arrived, including an interim one.</summary>
    public Instant FirstByte { get; init; } = Instant.Never;

    /// <summary>Gets or sets when the last byte of the response was read from the receive buffer's framing.</summary>
    public Instant LastByte { get; init; } = Instant.Never;
}
