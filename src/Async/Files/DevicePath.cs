namespace PollHttp.Files;

/// <summary>Tells what only looks like a file: <c>/dev/null</c> or a terminal, which a file that is renamed to its name would replace.</summary>
internal static class DevicePath
{
    /// <summary>Gets a value indicating whether a full path, or what it links to, is that of a device of a Unix system.</summary>
    public static bool Is(string path) => !OperatingSystem.IsWindows()
        && (IsBelow(path) || (new FileInfo(path) is { LinkTarget: not null } link && IsBelow(link.ResolveLinkTarget(returnFinalTarget: true)!.FullName)));

    // No file is kept in these folders but by programs of the system; /dev/shm is memory for files.
    private static bool IsBelow(string path) =>
        (path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal))
        || path.StartsWith("/proc/", StringComparison.Ordinal);
}
