using System.IO.Compression;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace PollHttp.Differential;

/// <summary>The codings as the platform does them, and zstd in its library's one-shot mode.</summary>
internal static class PlatformCodec
{
    /// <summary>Encodes content, in as many members as the coding can have.</summary>
    public static byte[] Encode(CodingUse use, byte[] content, bool isSlowAllowed, out int[] ends)
    {
        int members = use.Name is "gzip" or "zstd" ? use.Members : 1;
        var coded = new MemoryStream();
        ends = new int[members];
        for (int i = 0; i < members; i++)
        {
            int start = (int)((long)content.Length * i / members);
            int end = (int)((long)content.Length * (i + 1) / members);
            coded.Write(EncodeOne(use, content.AsSpan(start..end), isSlowAllowed));
            ends[i] = (int)coded.Length;
        }

        return coded.ToArray();
    }

    /// <summary>Decodes all layers. Null: the platform refuses the data.</summary>
    /// <param name="codings">In the order they were applied.</param>
    /// <param name="coded">The data.</param>
    /// <param name="most">How long the decoded data can be, at most, where that must be known before.</param>
    /// <param name="inPieces">Whether zstd is decoded as a stream, which knows no more than the window that the frame announces.</param>
    public static byte[]? TryDecode(CodingUse[] codings, byte[] coded, int most, bool inPieces)
    {
        byte[]? data = coded;
        for (int i = codings.Length - 1; i >= 0 && data is not null; i--)
        {
            // An empty body is in no coding.
            data = data.Length == 0 ? data : TryDecodeOne(codings[i].Name, data, most, inPieces);
        }

        return data;
    }

    /// <summary>Whether the platform takes data, in some layer, for ended which is not: it would go on with other bytes behind it.</summary>
    public static bool TakesCutForEnd(CodingUse[] codings, byte[] coded, int most)
    {
        byte[]? data = coded;
        for (int i = codings.Length - 1; i >= 0 && data is { Length: > 0 }; i--)
        {
            byte[]? decoded = TryDecodeOne(codings[i].Name, data, most, inPieces: true);
            foreach (byte filler in (ReadOnlySpan<byte>)[0x00, 0xFF])
            {
                byte[] longer = [.. data, .. Enumerable.Repeat(filler, 400)];
                if (codings[i].Name != "zstd" && decoded is not null && !decoded.AsSpan().SequenceEqual(TryDecodeOne(codings[i].Name, longer, most, inPieces: true) ?? [.. decoded, 0]))
                {
                    return true;
                }
            }

            data = decoded;
        }

        return false;
    }

    private static byte[]? TryDecodeOne(string name, byte[] coded, int most, bool inPieces)
    {
        try
        {
            if (name == "zstd" && !inPieces)
            {
                using var decompressor = new Decompressor();
                byte[] room = new byte[most];
                return room[..decompressor.Unwrap(coded, room)];
            }

            using Stream decoder = NewDecoder(name, coded);
            var decoded = new MemoryStream();
            decoder.CopyTo(decoded);
            return decoded.ToArray();
        }
        catch (Exception error) when (error is InvalidDataException or InvalidOperationException or IOException or ZstdException)
        {
            return null;
        }
    }

    /// <summary>Of <c>deflate</c> the first two bytes say which of its two formats it is.</summary>
    private static Stream NewDecoder(string name, byte[] coded)
    {
        var source = new MemoryStream(coded);
        return name switch
        {
            "gzip" => new GZipStream(source, CompressionMode.Decompress),
            "br" => new BrotliStream(source, CompressionMode.Decompress),
            "zstd" => new DecompressionStream(source),
            _ when coded.Length >= 2 && (coded[0] & 0x8F) == 8 && ((coded[0] << 8) | coded[1]) % 31 == 0 => new ZLibStream(source, CompressionMode.Decompress),
            _ => new DeflateStream(source, CompressionMode.Decompress),
        };
    }

    private static byte[] EncodeOne(CodingUse use, ReadOnlySpan<byte> content, bool isSlowAllowed)
    {
        if (use.Name == "br")
        {
            byte[] room = new byte[BrotliEncoder.GetMaxCompressedLength(content.Length) + 100];
            return BrotliEncoder.TryCompress(content, room, out int written, isSlowAllowed ? use.Level : Math.Min(use.Level, 5), use.Window)
                ? room[..written]
                : throw new InvalidOperationException("The content does not fit.");
        }

        if (use.Name == "zstd")
        {
            using var compressor = new Compressor(isSlowAllowed ? use.Level + 1 : Math.Min(use.Level, 6));
            compressor.SetParameter(ZSTD_cParameter.ZSTD_c_windowLog, Math.Min(use.Window, 23));
            compressor.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, use.Flags & 1);
            compressor.SetParameter(ZSTD_cParameter.ZSTD_c_contentSizeFlag, use.Flags >> 1);
            return compressor.Wrap(content).ToArray();
        }

        var options = new ZLibCompressionOptions
        {
            CompressionLevel = Math.Min(use.Level, isSlowAllowed ? 9 : 6),
            CompressionStrategy = (ZLibCompressionStrategy)use.Strategy,
        };
        var coded = new MemoryStream();
        using (Stream encoder = use.Name switch
        {
            "gzip" => new GZipStream(coded, options, leaveOpen: true),
            "deflate" => new ZLibStream(coded, options, leaveOpen: true),
            _ => new DeflateStream(coded, options, leaveOpen: true),
        })
        {
            encoder.Write(content);
        }

        return coded.ToArray();
    }
}
