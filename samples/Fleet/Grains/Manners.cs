namespace PollHttp.Fleet.Grains;

/// <summary>How a host is treated.</summary>
internal sealed class Manners
{
    /// <summary>Gets or sets how many files are fetched at a time.</summary>
    public int AtATime { get; set; } = 2;

    /// <summary>Gets or sets the least time between two requests.</summary>
    public TimeSpan Pause { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Gets or sets how long a file waits after its first failure; twice that after the next, and so on.</summary>
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Gets or sets how often a file is tried.</summary>
    public int MostAttempts { get; set; } = 8;
}
