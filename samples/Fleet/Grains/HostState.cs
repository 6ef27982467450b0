namespace PollHttp.Fleet.Grains;

/// <summary>What a grain has in the store.</summary>
[GenerateSerializer]
internal sealed class HostState
{
    [Id(0)]
    public List<FileState> Files { get; set; } = [];

    /// <summary>Gets or sets how often a silo took it up: more than once where it has moved, or was started again.</summary>
    [Id(1)]
    public int Activations { get; set; }
}
