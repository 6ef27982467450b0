namespace PollHttp.Testing;

/// <summary>
/// Specifies how long calls of a <see cref="SimulatedNetwork"/> take, in virtual time. So work costs time, and a time budget can end within
/// a poll, as on a real machine. By default nothing takes time.
/// </summary>
public sealed class CallCosts
{
    /// <summary>Gets or sets how long each read takes, in addition to its bytes.</summary>
    public TimeSpan Read { get; init; }

    /// <summary>Gets or sets how long each write takes, in addition to its bytes.</summary>
    public TimeSpan Write { get; init; }

    /// <summary>Gets or sets how long each 1,024 bytes read or written take.</summary>
    public TimeSpan PerKibibyte { get; init; }

    /// <summary>Gets or sets how long it takes to begin a connection.</summary>
    public TimeSpan Dial { get; init; }

    /// <summary>Gets or sets how long it takes to begin a lookup.</summary>
    public TimeSpan Lookup { get; init; }

    /// <summary>Gets or sets how long each of the two steps of a TLS handshake takes: its beginning, and its end.</summary>
    public TimeSpan HandshakeStep { get; init; }

    internal TimeSpan Bytes(int count) => TimeSpan.FromTicks(PerKibibyte.Ticks * count / 1024);
}
