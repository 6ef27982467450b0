using System.Net;

namespace PollHttp.Core;

/// <summary>A lookup under way: asked whether it is ready, never awaited. Disposing it abandons it.</summary>
public interface ILookup : IDisposable
{
    /// <summary>True once <see cref="Addresses"/> or <see cref="Failure"/> is final.</summary>
    bool IsCompleted { get; }

    /// <summary>The addresses in the order to try; empty when the lookup failed or is still under way.</summary>
    IReadOnlyList<IPAddress> Addresses { get; }

    /// <summary>Why the lookup failed, or null.</summary>
    Exception? Failure { get; }
}
