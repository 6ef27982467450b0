namespace PollHttp.Fleet.Grains;

/// <summary>How far a file is.</summary>
internal enum FileStage
{
    /// <summary>The file that waits for its turn, for the first time or again.</summary>
    Waiting,

    /// <summary>The file that is here, whole.</summary>
    Done,

    /// <summary>The file that failed too often.</summary>
    Failed,
}
