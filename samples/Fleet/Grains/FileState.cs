namespace PollHttp.Fleet.Grains;

/// <summary>What is kept of one file. What is being fetched is not kept: after a crash it waits again, and what came of it is gone on from.</summary>
[GenerateSerializer]
internal sealed class FileState
{
    [Id(0)]
    public required FileJob Job { get; init; }

    [Id(1)]
    public FileStage Stage { get; set; }

    [Id(2)]
    public int Attempts { get; set; }

    [Id(3)]
    public DateTimeOffset NotBefore { get; set; }

    [Id(4)]
    public long Bytes { get; set; }

    [Id(5)]
    public string? Error { get; set; }
}
