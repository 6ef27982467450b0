using PollHttp.Pool;

namespace PollHttp.Exchanges;

/// <summary>Holds the pool and the request target for an address.</summary>
internal sealed record Route(Uri Uri, OriginPool Origin, string Target);
