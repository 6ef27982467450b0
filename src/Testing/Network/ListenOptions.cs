namespace PollHttp.Testing;

/// <summary>How one listener differs from the rest of its network.</summary>
public sealed class ListenOptions
{
    /// <summary>Gets or sets the link of this listener's connections; null for <see cref="SimulatedNetwork.Link"/>.</summary>
    public LinkOptions? Link { get; init; }

    /// <summary>What the server does when the client begins TLS. Default: accepts it.</summary>
    public TlsBehaviour Tls { get; init; } = TlsBehaviour.Accept;
}
