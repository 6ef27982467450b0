using System.Net;

namespace PollHttp.Testing;

/// <summary>Describes what the simulated name service answers for one name.</summary>
internal sealed record HostEntry(IPAddress[] Addresses, Exception? Failure, bool Answers)
{
    /// <summary>Gets or sets the addresses of a second answer, or null if there is only one answer.</summary>
    public IPAddress[]? LateAddresses { get; init; }

    /// <summary>Gets or sets how long after the first answer the second one arrives.</summary>
    public TimeSpan LateBy { get; init; }
}
