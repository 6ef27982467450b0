using System.Globalization;
using System.Text;

namespace PollHttp.GameLoop;

/// <summary>Draws: a moving picture, bars and figures on a terminal; elsewhere a line a second.</summary>
internal sealed class Screen : IDisposable
{
    private const string Sprites = "·∘○◎●◎○∘";

    private readonly Settings _settings;
    private readonly bool _isTerminal;
    private readonly StringBuilder _text = new();
    private readonly char[] _out = new char[16 * 1024];
    private int _lines;
    private int _secondsShown;
    private bool _disposed;

    private Screen(Settings settings, bool isTerminal)
    {
        _settings = settings;
        _isTerminal = isTerminal;
        Console.CancelKeyPress += OnCancel;
        if (isTerminal)
        {
            Console.OutputEncoding = Encoding.UTF8;
            Console.Write("\e[?25l"); // no cursor
        }
    }

    /// <summary>The player pressed Ctrl-C.</summary>
    public bool IsClosed { get; private set; }

    public static Screen Open(Settings settings) => new(settings, !Console.IsOutputRedirected && WidthOrZero() >= 40);

    public void Draw(int frame, TimeSpan played, Downloader[] downloads, FrameTimes times)
    {
        if (_isTerminal)
        {
            Paint(frame, played, downloads, times);
        }
        else if ((int)played.TotalSeconds > _secondsShown)
        {
            _secondsShown = (int)played.TotalSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{_secondsShown,4} s  {downloads.Sum(d => d.TotalBytes) / 1e6:0} MB, worst frame {times.Worst:0.00} ms"));
        }
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            Console.CancelKeyPress -= OnCancel;
            if (_isTerminal)
            {
                Console.Write("\e[?25h\n");
            }
        }
    }

    private static int WidthOrZero()
    {
        try
        {
            return Console.WindowWidth;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private void OnCancel(object? sender, ConsoleCancelEventArgs e)
    {
        e.Cancel = true; // the loop ends, the figures are printed
        IsClosed = true;
    }

    private void Paint(int frame, TimeSpan played, Downloader[] downloads, FrameTimes times)
    {
        int width = Math.Min(WidthOrZero() - 1, 100);
        _text.Clear();
        if (_lines > 0)
        {
            _text.Append(CultureInfo.InvariantCulture, $"\e[{_lines}A\r");
        }

        _lines = 0;
        Orbit(played, width);
        foreach (Downloader download in downloads)
        {
            Bar(download, width);
        }

        // Percentiles over all frames are sorted out only now and then: drawing must not be what takes the time.
        if (frame % _settings.Fps == 0 || _figures.Length == 0)
        {
            _figures = string.Create(CultureInfo.InvariantCulture,
                $"frame {_settings.Frame.TotalMilliseconds:0.0} ms: p50 {times.Percentile(0.5):0.00}, p99 {times.Percentile(0.99):0.00}, worst {times.Worst:0.00}");
        }

        double rate = downloads.Sum(d => d.TotalBytes) / Math.Max(0.001, played.TotalSeconds) / 1e6;
        Line(string.Create(CultureInfo.InvariantCulture, $"{played.TotalSeconds,5:0.0} s  {rate,6:0.0} MB/s  {_figures}"), width);
        _text.CopyTo(0, _out, 0, Math.Min(_text.Length, _out.Length));
        Console.Out.Write(_out, 0, Math.Min(_text.Length, _out.Length));
    }

    private string _figures = "";

    private void Orbit(TimeSpan played, int width)
    {
        double phase = played.TotalSeconds * 2;
        for (int row = 0; row < 3; row++)
        {
            int at = (int)((Math.Sin(phase + (row * 0.7)) + 1) / 2 * (width - 1));
            char sprite = Sprites[(int)(phase * 4 + row) % Sprites.Length];
            Line(new string(' ', at) + sprite, width);
        }
    }

    private void Bar(Downloader download, int width)
    {
        double share = download.Length == 0 ? 0 : (double)download.Bytes / download.Length;
        int room = Math.Max(10, width - 46);
        int full = (int)(share * room);
        Line(string.Create(CultureInfo.InvariantCulture,
            $"{download.Name,-13} [{new string('█', full)}{new string('░', room - full)}] {100 * share,3:0} %  {(download.FilesDone > 0 ? $"loaded {download.FilesDone} ×" : "")}"), width);
    }

    private void Line(string text, int width)
    {
        _text.Append(text.Length > width ? text.AsSpan(0, width) : text).Append("\e[K\n");
        _lines++;
    }
}
