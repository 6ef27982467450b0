namespace PollHttp.Core;

/// <summary>When an exchange got how far, as the connection saw it; <see cref="Instant.Never"/> for what has not happened yet.</summary>
public readonly record struct ExchangeTimes
{
    /// <summary>Nothing has happened.</summary>
    public ExchangeTimes()
    {
    }

    /// <summary>Gets or sets the head was written to the output.</summary>
    public Instant Begun { get; init; } = Instant.Never;

    /// <summary>Gets or sets the last byte of the request was handed to the transport.</summary>
    public Instant Sent { get; init; } = Instant.Never;

    /// <summary>Gets or sets the first byte of a response came, an interim one included.</summary>
    public Instant FirstByte { get; init; } = Instant.Never;

    /// <summary>Gets or sets the last byte of the response was read from the receive buffer's framing: nothing more will come.</summary>
    public Instant LastByte { get; init; } = Instant.Never;
}
