using System.Net;

namespace PollHttp.Core;

/// <summary>A lookup under way: asked whether it is ready, never awaited. Disposing it abandons it.</summary>
public interface ILookup : IDisposable
{
    /// <summary>True once <see cref="Addresses"/> or <see cref="Failure"/> is final.</summary>
    bool IsCompleted { get; }

    /// <summary>
    /// Gets the addresses known so far, in the order to try within their family; empty when the lookup failed. Until
    /// <see cref="IsCompleted"/> more may be added behind (IPv6 ones late, say), none taken away; the waker is woken for each batch.
    /// </summary>
    IReadOnlyList<IPAddress> Addresses { get; }

    /// <summary>Why the lookup failed, or null.</summary>
    Exception? Failure { get; }
}
