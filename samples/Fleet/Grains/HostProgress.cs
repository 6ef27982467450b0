namespace PollHttp.Fleet.Grains;

/// <summary>How far a host is, for the page and the console.</summary>
[GenerateSerializer]
internal sealed record HostProgress(
    [property: Id(0)] string Host,
    [property: Id(1)] string Silo,
    [property: Id(2)] int Activations,
    [property: Id(3)] int Files,
    [property: Id(4)] int Done,
    [property: Id(5)] int UnderWay,
    [property: Id(6)] int Failed,
    [property: Id(7)] int Retries,
    [property: Id(8)] long Bytes,
    [property: Id(9)] string? LastError)
{
    public bool IsOver => Done + Failed == Files;
}
