namespace PollHttp.Core.Http2;

/// <summary>Represents the settings of an HTTP/2 connection: windows, and pings that keep it alive. The public options check the
/// values.</summary>
internal sealed record Http2Options
{
    public static Http2Options Default { get; } = new();

    /// <summary>Gets the receive window that a stream begins with, in octets; 65,535 to 16 MiB.</summary>
    public int InitialStreamWindow { get; init; } = 65_535;

    /// <summary>Gets the size to which a stream's receive window may grow, in octets.</summary>
    public int MaxStreamWindow { get; init; } = 16 * 1024 * 1024;

    /// <summary>Gets the receive window of the connection, in octets. The sum of the windows of its streams stays within it.</summary>
    public int ReceiveBudget { get; init; } = 32 * 1024 * 1024;

    /// <summary>Gets the time without a received frame after which a PING is sent; null for no pings.</summary>
    public TimeSpan? KeepAlivePingDelay { get; init; }

    /// <summary>Gets the time that the answer to such a PING may take.</summary>
    public TimeSpan KeepAlivePingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Gets a value indicating whether pings are sent also while no exchange is under way.</summary>
    public bool PingsWhileIdle { get; init; } = true;

    /// <summary>Gets the time that the acknowledgement of our SETTINGS may take.</summary>
    public TimeSpan SettingsTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
