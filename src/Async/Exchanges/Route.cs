using PollHttp.Pool;

namespace PollHttp.Exchanges;

/// <summary>Where a request with this address goes: over which connections, with which target.</summary>
internal sealed record Route(Uri Uri, OriginPool Origin, string Target);
