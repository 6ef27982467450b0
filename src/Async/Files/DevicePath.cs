namespace PollHttp.Files;

/// <summary>Detects paths that only look like files: <c>/dev/null</c> or a terminal, which renaming a file would replace.</summary>
internal static class DevicePath
{
    /// <summary>Determines whether a full path, or the target of its links, is a device of a Unix system.</summary>
    public static bool Is(string path) => !OperatingSystem.IsWindows()
        && (IsBelow(path) || (new FileInfo(path) is { LinkTarget: not null } link && IsBelow(link.ResolveLinkTarget(returnFinalTarget: true)!.FullName)));

    // Only system programs keep files in these folders; /dev/shm is memory for files.
    private static bool IsBelow(string path) =>
        (path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal))
        || path.StartsWith("/proc/", StringComparison.Ordinal);
}
