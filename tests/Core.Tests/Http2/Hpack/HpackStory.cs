using System.Globalization;

namespace PollHttp.Core.Tests;

/// <summary>One of the HPACK stories: blocks in the order of one connection.</summary>
internal static class HpackStory
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Http2", "Hpack", "Stories");

    public static string[] Encoders { get; } =
    [
        "go-hpack", "haskell-http2-linear", "haskell-http2-linear-huffman", "haskell-http2-naive", "nghttp2", "nghttp2-16384-4096",
        "nghttp2-change-table-size", "node-http2-hpack",
    ];

    public static string[] Numbers { get; } = ["00", "05", "08", "12", "16", "20", "24", "25", "26", "28"];

    /// <summary>The fields of each block.</summary>
    public static List<List<(string Name, string Value)>> ReadFields(string number)
    {
        List<List<(string, string)>> blocks = [[]];
        foreach (string line in File.ReadLines(Path.Combine(s_folder, "fields", number + ".txt")))
        {
            if (line.Length == 0)
            {
                blocks.Add([]);
                continue;
            }

            int tab = line.IndexOf('\t', StringComparison.Ordinal);
            blocks[^1].Add((line[..tab], line[(tab + 1)..]));
        }

        return blocks;
    }

    /// <summary>The blocks of an encoder, each with the limit of the table that is set before it, if it changes there.</summary>
    public static List<(int? TableLimit, byte[] Octets)> ReadBlocks(string encoder, string number)
    {
        List<(int?, byte[])> blocks = [];
        foreach (string line in File.ReadLines(Path.Combine(s_folder, encoder, number + ".txt")))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            blocks.Add((space < 0 ? null : int.Parse(line[..space], CultureInfo.InvariantCulture), Convert.FromHexString(line[(space + 1)..])));
        }

        return blocks;
    }
}
