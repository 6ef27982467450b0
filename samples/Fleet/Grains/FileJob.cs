namespace PollHttp.Fleet.Grains;

/// <summary>A file to fetch, and where to put it.</summary>
[GenerateSerializer]
internal sealed record FileJob([property: Id(0)] Uri Address, [property: Id(1)] string Path);
