namespace PollHttp.Downloads;

/// <summary>Distinguishes a full disk, or an exhausted quota, from other failures of a file.</summary>
internal static class DiskFull
{
    private const int NoSpaceOnDevice = 28; // ENOSPC, the same on Linux and macOS
    private const int QuotaOnLinux = 122; // EDQUOT
    private const int QuotaOnMac = 69;
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    public static bool Is(Exception error) => OperatingSystem.IsWindows()
        ? error.HResult is WindowsHandleDiskFull or WindowsDiskFull
        : error.HResult == NoSpaceOnDevice || error.HResult == (OperatingSystem.IsMacOS() ? QuotaOnMac : QuotaOnLinux);
}
