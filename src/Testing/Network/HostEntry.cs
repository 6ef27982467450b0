using System.Net;

namespace PollHttp.Testing;

/// <summary>What the simulated name service says about one name.</summary>
internal sealed record HostEntry(IPAddress[] Addresses, Exception? Failure, bool Answers)
{
    /// <summary>Addresses that come in a second answer, or null when there is one answer only.</summary>
    public IPAddress[]? LateAddresses { get; init; }

    /// <summary>How long after the first answer the second one comes.</summary>
    public TimeSpan LateBy { get; init; }
}
