using System.Runtime.InteropServices;

namespace PollHttp.Files;

/// <summary>Detects paths that only look like files: <c>/dev/null</c>, a terminal, a named pipe, which renaming a file would replace.</summary>
internal static partial class DevicePath
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint TypeWanted = 1; // STATX_TYPE
    private const int ModeOffset = 28; // of stx_mode, the same on every architecture
    private const int TypeMask = 0xF000; // S_IFMT
    private const int RegularFile = 0x8000; // S_IFREG
    private const int Folder = 0x4000; // S_IFDIR

    /// <summary>Determines whether a full path, or the target of its links, exists and is neither a file nor a folder.</summary>
    /// <remarks>Outside of Linux the path decides, so that a named pipe counts as a file.</remarks>
    public static bool Is(string path) => !OperatingSystem.IsWindows()
        && (IsBelow(path)
            || (new FileInfo(path) is { LinkTarget: not null } link && IsBelow(link.ResolveLinkTarget(returnFinalTarget: true)!.FullName))
            || (OperatingSystem.IsLinux() && IsSpecial(path)));

    // Only system programs keep files in these folders; /dev/shm is memory for files.
    private static bool IsBelow(string path) =>
        (path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal))
        || path.StartsWith("/proc/", StringComparison.Ordinal);

    /// <summary>Asks the system, which a program can't do through the base library without opening the file: that would wait for a reader of a
    /// pipe, and let go of it again.</summary>
    private static bool IsSpecial(string path)
    {
        Span<byte> found = stackalloc byte[256];
        found.Clear();
        try
        {
            return StatX(CurrentFolder, path, flags: 0, TypeWanted, ref MemoryMarshal.GetReference(found)) == 0
                && (BitConverter.ToUInt16(found[ModeOffset..]) & TypeMask) is not (RegularFile or Folder);
        }
        catch (EntryPointNotFoundException)
        {
            return false; // a C library from before 2018
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint wanted, ref byte found);
}
