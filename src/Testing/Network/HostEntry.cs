using System.Net;

namespace PollHttp.Testing;

/// <summary>What the simulated name service says about one name.</summary>
internal sealed record HostEntry(IPAddress[] Addresses, Exception? Failure, bool Answers);
