using System.Globalization;

namespace PollHttp.Downloader;

/// <summary>
/// A bar on a terminal. An <see cref="IProgress{T}"/> of its own, not a <see cref="Progress{T}"/>: that one hands its reports to the thread pool,
/// where the last of them may come after the line that says it is done.
/// </summary>
internal sealed class Bar(string name) : IProgress<DownloadProgress>
{
    private const int Width = 40;
    private bool _isDrawn;

    public void Report(DownloadProgress value)
    {
        if (Console.IsOutputRedirected)
        {
            return;
        }

        _isDrawn = true;
        int full = (int)((value.Fraction ?? 0) * Width);
        Console.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"\r\e[K{name} [{new string('█', full)}{new string('░', Width - full)}] {value.Fraction:P0}  {value.BytesPerSecond / 1e6:F1} MB/s  {value.Remaining:mm\\:ss} left"));
    }

    /// <summary>Leaves the line.</summary>
    public void End()
    {
        if (_isDrawn)
        {
            Console.WriteLine();
        }
    }
}
