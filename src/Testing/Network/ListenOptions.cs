namespace PollHttp.Testing;

/// <summary>Specifies how one listener differs from the rest of its network.</summary>
public sealed class ListenOptions
{
    /// <summary>Gets or sets the link of this listener's connections; null for <see cref="SimulatedNetwork.Link"/>.</summary>
    public LinkOptions? Link { get; init; }

    /// <summary>Gets or sets what the server does when the client begins TLS; by default it accepts.</summary>
    public TlsBehaviour Tls { get; init; } = TlsBehaviour.Accept;
}
