using Xunit;

namespace PollHttp.Tests;

/// <summary>A fact that needs a <see cref="SmallDisk"/>; skipped, with the reason, where none can be made.</summary>
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> s_isPossible = new(static () =>
    {
        using DownloadFolder folder = new();
        using SmallDisk disk = new(folder.Path);
        return disk.IsMounted;
    });

    public SmallDiskFactAttribute()
    {
        if (!s_isPossible.Value)
        {
            Skip = "needs a small disk to fill: mounting a tmpfs takes Linux and root";
        }
    }
}
