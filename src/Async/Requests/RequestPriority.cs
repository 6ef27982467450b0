namespace PollHttp;

/// <summary>
/// Represents the priority of a response in relation to the others that the same client asks for (RFC 9218). It is a hint: a server may ignore it.
/// </summary>
/// <remarks>Thread safety: immutable.</remarks>
public sealed record RequestPriority
{
    private const int DefaultUrgency = 3;
    private const int LeastUrgent = 7;

    private static readonly string[] s_values = [.. Enumerable.Range(0, 2 * (LeastUrgent + 1)).Select(static i => $"u={i / 2}{(i % 2 == 0 ? "" : ", i")}")];

    /// <summary>Gets the urgency (RFC 9218 §4.1): 0 is the most urgent, 7 the least; 3 is the default, for what a request without a priority has.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 0 or above 7.</exception>
    public int Urgency
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Urgency));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, LeastUrgent, nameof(Urgency));
            field = value;
        }
    } = DefaultUrgency;

    /// <summary>Gets a value indicating whether the response can be processed as it arrives (RFC 9218 §4.2), so that the server may send it in turns
    /// with others; false by default.</summary>
    public bool Incremental { get; init; }

    /// <summary>Returns the value of the Priority field (RFC 9218 §5), such as <c>u=1, i</c>.</summary>
    public override string ToString() => s_values[(2 * Urgency) + (Incremental ? 1 : 0)];
}
