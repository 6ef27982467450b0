using System.Globalization;
using System.Net;
using System.Text;

namespace PollHttp.Compare;

/// <summary>The headline as a picture: plain SVG, readable on a light and on a dark page.</summary>
internal static class Chart
{
    private const int Width = 760;
    private const int Left = 190;
    private const int Right = 110;
    private const int Row = 34;
    private const int Top = 64;

    public static string SmallGet(IReadOnlyList<Result> results, string note)
    {
        Result[] rows = [.. results.Where(r => r is { Scenario: "small-get", Connections: 64 }).OrderByDescending(r => r.RequestsPerCpuSecond)];
        double most = rows.Length == 0 ? 1 : rows.Max(r => r.RequestsPerCpuSecond);
        int height = Top + (rows.Length * Row) + 40;
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{height}" viewBox="0 0 {Width} {height}" font-family="system-ui, sans-serif" font-size="14">
              <rect width="{Width}" height="{height}" rx="8" fill="#ffffff"/>
              <text x="20" y="28" font-size="17" font-weight="600" fill="#1f2328">Small GET: requests a client CPU second</text>
              <text x="20" y="48" font-size="12" fill="#59636e">longer is better</text>

            """);
        for (int i = 0; i < rows.Length; i++)
        {
            Result row = rows[i];
            int y = Top + (i * Row);
            int length = (int)((Width - Left - Right) * row.RequestsPerCpuSecond / most);
            svg.Append(CultureInfo.InvariantCulture, $"""
                  <text x="{Left - 10}" y="{y + 19}" text-anchor="end" fill="#1f2328">{WebUtility.HtmlEncode(row.Contestant)}</text>
                  <rect x="{Left}" y="{y + 3}" width="{length}" height="{Row - 10}" rx="3" fill="{Colour(row.Contestant)}"/>
                  <text x="{Left + length + 8}" y="{y + 19}" fill="#1f2328">{row.RequestsPerCpuSecond:#,0}</text>

                """);
        }

        svg.Append(CultureInfo.InvariantCulture, $"""
              <text x="20" y="{height - 14}" font-size="11" fill="#59636e">{WebUtility.HtmlEncode(note)}</text>
            </svg>

            """);
        return svg.ToString();
    }

    private static string Colour(string contestant) => contestant switch
    {
        "httpclient" => "#8250df",
        _ when contestant.Contains("pollhttp", StringComparison.Ordinal) => "#1f6feb",
        _ => "#8c959f",
    };
}
