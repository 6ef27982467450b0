using System.Net;

namespace PollHttp.Core;

/// <summary>Represents a running lookup, which is polled, never awaited. Disposing it abandons the lookup.</summary>
public interface ILookup : IDisposable
{
    /// <summary>Gets a value indicating whether <see cref="Addresses"/> or <see cref="Failure"/> is final.</summary>
    bool IsCompleted { get; }

    /// <summary>
    /// Gets the addresses known so far, in the order to try within their family; empty if the lookup failed. Until
    /// <see cref="IsCompleted"/> more may be appended (late IPv6 addresses, for example), but none is removed; the waker is woken for each
    /// batch.
    /// </summary>
    IReadOnlyList<IPAddress> Addresses { get; }

    /// <summary>Gets the reason why the lookup failed, or null.</summary>
    Exception? Failure { get; }
}
