using PollHttp.Pool;

namespace PollHttp.Exchanges;

/// <summary>Holds the pool and the request target for an address and the versions that are asked for.</summary>
internal sealed record Route(Uri Uri, OriginPool Origin, string Target, VersionDemand Demand);
