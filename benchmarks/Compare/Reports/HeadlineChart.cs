using System.Globalization;
using System.Net;
using System.Text;

namespace PollHttp.Compare;

/// <summary>The headline as a picture: plain SVG, readable on a light and on a dark page. A line through each bar's end spans the runs.</summary>
internal static class HeadlineChart
{
    private const int Width = 760;
    private const int Left = 230;
    private const int Right = 130;
    private const int Row = 28;
    private const int Gap = 30;
    private const int Top = 66;
    private const int Bottom = 40;

    public static string Draw(IReadOnlyList<Headline> lines, string note)
    {
        IGrouping<string, Headline>[] groups = [.. lines.GroupBy(static l => l.Title)];
        double scale = (Width - Left - Right) / Math.Max(1, lines.Count == 0 ? 1 : lines.Max(static l => l.Most));
        int bottom = Top + (groups.Length * Gap) + (lines.Count * Row);
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{bottom + Bottom}" viewBox="0 0 {Width} {bottom + Bottom}" font-family="system-ui, sans-serif" font-size="14">
              <rect width="{Width}" height="{bottom + Bottom}" rx="8" fill="#ffffff"/>
              <text x="20" y="28" font-size="17" font-weight="600" fill="#1f2328">Requests a CPU second of the client, HttpClient = 1</text>
              <text x="20" y="48" font-size="12" fill="#59636e">longer is better; bars are medians of the runs, lines their range</text>

            """);
        int y = Top;
        foreach (IGrouping<string, Headline> group in groups)
        {
            svg.Append(CultureInfo.InvariantCulture, $"""
                  <text x="20" y="{y + 20}" font-weight="600" fill="#1f2328">{WebUtility.HtmlEncode(group.Key)}</text>

                """);
            y += Gap;
            foreach (Headline line in group)
            {
                Append(svg, line, y, scale);
                y += Row;
            }
        }

        double one = Left + scale;
        svg.Append(CultureInfo.InvariantCulture, $"""
              <line x1="{one:0.0}" y1="{Top + Gap - 4}" x2="{one:0.0}" y2="{bottom}" stroke="#8250df" stroke-width="1.5" stroke-dasharray="4 3"/>
              <text x="{one:0.0}" y="{bottom + 14}" font-size="11" text-anchor="middle" fill="#8250df">HttpClient</text>
              <text x="20" y="{bottom + Bottom - 10}" font-size="11" fill="#59636e">{WebUtility.HtmlEncode(note)}</text>
            </svg>

            """);
        return svg.ToString();
    }

    private static void Append(StringBuilder svg, Headline line, int y, double scale)
    {
        double length = line.Middle * scale;
        double most = Left + (line.Most * scale);
        svg.Append(CultureInfo.InvariantCulture, $"""
              <text x="{Left - 10}" y="{y + 15}" text-anchor="end" fill="#1f2328">{NameOf(line.Contestant)}</text>
              <rect x="{Left}" y="{y}" width="{length:0.0}" height="{Row - 8}" rx="3" fill="{ColourOf(line.Contestant)}"/>
              <line x1="{Left + (line.Least * scale):0.0}" y1="{y + ((Row - 8) / 2)}" x2="{most:0.0}" y2="{y + ((Row - 8) / 2)}" stroke="#1f2328" stroke-width="2"/>
              <text x="{Math.Max(Left + length, most) + 8:0.0}" y="{y + 15}" fill="#1f2328">{line.Middle:0.0} × ({line.Least:0.0}–{line.Most:0.0})</text>

            """);
    }

    private static string NameOf(string contestant) => contestant switch
    {
        "pollhttp-background" => "PollHttpClient",
        "httpclient-pollhttp" => "HttpClient, our handler",
        "raw-epoll" => "bare loop of epoll",
        _ => contestant,
    };

    private static string ColourOf(string contestant) => contestant switch
    {
        "pollhttp-background" => "#1f6feb",
        "httpclient-pollhttp" => "#54aeff",
        _ => "#8c959f",
    };
}
