using System.IO.Compression;
using ZstdSharp;

namespace PollHttp.Tests;

/// <summary>Content in a coding, as servers make it.</summary>
internal static class Coded
{
    /// <summary>Every coding by its name, and deflate as it should not be.</summary>
    public static string[] Names { get; } = ["gzip", "deflate", "raw deflate", "br", "zstd"];

    /// <summary>The name in Content-Encoding.</summary>
    public static string NameOf(string coding) => coding == "raw deflate" ? "deflate" : coding;

    public static byte[] Encode(string coding, ReadOnlySpan<byte> content, CompressionLevel level = CompressionLevel.Optimal)
    {
        if (coding == "zstd")
        {
            using var compressor = new Compressor(level == CompressionLevel.SmallestSize ? 19 : 3);
            compressor.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
            return compressor.Wrap(content).ToArray();
        }

        var coded = new MemoryStream();
        using (Stream encoder = coding switch
        {
            "gzip" or "x-gzip" => new GZipStream(coded, level, leaveOpen: true),
            "deflate" => new ZLibStream(coded, level, leaveOpen: true),
            "raw deflate" => new DeflateStream(coded, level, leaveOpen: true),
            "br" => new BrotliStream(coded, level, leaveOpen: true),
            _ => throw new ArgumentException("No such coding.", nameof(coding)),
        })
        {
            encoder.Write(content);
        }

        return coded.ToArray();
    }

    /// <summary>JSON as an API returns it, from a seed.</summary>
    public static byte[] Json(int length, int seed = 1)
    {
        var random = new Random(seed);
        var text = new System.Text.StringBuilder(length + 200);
        while (text.Length < length)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture,
                $$"""{"id":{{random.Next()}},"name":"user{{random.Next(10_000)}}","mail":"{{(char)('a' + random.Next(26))}}{{random.Next(1000)}}@example.org","score":{{random.NextDouble()}},"tags":["x{{random.Next(50)}}","y{{random.Next(500)}}"],"at":"2026-{{random.Next(1, 13):00}}-{{random.Next(1, 29):00}}"},""");
        }

        return System.Text.Encoding.UTF8.GetBytes(text.ToString(0, length));
    }

    /// <summary>Text that compresses somewhat, with repeats near and far, from a seed.</summary>
    public static byte[] Prose(int length, int seed = 1)
    {
        var random = new Random(seed);
        byte[] text = new byte[length];
        int at = 0;
        while (at < length)
        {
            if (at > 100 && random.Next(3) > 0)
            {
                int distance = random.Next(8) == 0 ? random.Next(1, Math.Min(at, 40_000)) : random.Next(1, Math.Min(at, 300));
                for (int n = Math.Min(random.Next(3, 300), length - at); n > 0; n--, at++)
                {
                    text[at] = text[at - distance];
                }
            }
            else
            {
                text[at++] = (byte)random.Next('a', 'z' + 1);
            }
        }

        return text;
    }
}
