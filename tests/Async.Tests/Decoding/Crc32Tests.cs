using System.Buffers.Binary;
using System.IO.Compression;
using PollHttp.Decoding;
using Xunit;

namespace PollHttp.Tests.Decoding;

/// <summary>Short and long input take different ways, as do processors; the platform's gzip says what is right.</summary>
public sealed class Crc32Tests
{
    [Fact]
    public void Every_length_up_to_some_hundred_bytes_has_the_checksum_of_the_platform()
    {
        byte[] bytes = RandomBytes(400);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(OfPlatform(bytes.AsSpan(0, length)), Crc32.Append(0, bytes.AsSpan(0, length)));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(1000)]
    [InlineData(65_537)]
    public void Pieces_have_the_checksum_of_the_whole(int size)
    {
        byte[] bytes = RandomBytes(200_003);
        uint crc = 0;
        for (int at = 0; at < bytes.Length; at += size)
        {
            crc = Crc32.Append(crc, bytes.AsSpan(at, Math.Min(size, bytes.Length - at)));
        }

        Assert.Equal(OfPlatform(bytes), crc);
    }

    [Fact]
    public void The_tables_alone_have_it_too()
    {
        byte[] bytes = RandomBytes(100_003);

        Assert.Equal(OfPlatform(bytes), ~Crc32.AppendByTable(~0u, bytes));
    }

    private static byte[] RandomBytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    /// <summary>What the platform writes behind its gzip (RFC 1952 §2.3.1); of no bytes it writes none.</summary>
    private static uint OfPlatform(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return 0;
        }

        MemoryStream coded = new();
        using (GZipStream gzip = new(coded, CompressionLevel.NoCompression, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(coded.ToArray().AsSpan()[^8..]);
    }
}
