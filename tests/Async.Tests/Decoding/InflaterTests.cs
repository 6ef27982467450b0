using System.IO.Compression;
using Xunit;

namespace PollHttp.Tests;

/// <summary>Our inflating against what the framework deflates, and against its inflating where the data is bad.</summary>
public sealed class InflaterTests
{
    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.Optimal)]
    [InlineData(CompressionLevel.SmallestSize)]
    public void What_the_framework_deflates_comes_back(CompressionLevel level)
    {
        foreach (int length in new[] { 1, 2, 100, 5_000, 70_000, 300_000 })
        {
            foreach (byte[] content in new[] { Coded.Prose(length, length), Noise(length), new byte[length] })
            {
                byte[] coded = Coded.Encode("raw deflate", content, level);

                Assert.Equal((DecodeStatus.Ended, coded.Length), Inflate(coded, int.MaxValue, 64 * 1024, out byte[] decoded));
                Assert.Equal(content, decoded);
            }
        }
    }

    [Theory]
    [InlineData(CompressionLevel.SmallestSize, 1_000_000)]
    [InlineData(CompressionLevel.Optimal, 3_600_000)]
    [InlineData(CompressionLevel.Fastest, 3_600_000)]
    public void Codes_that_need_many_second_tables_come_back(CompressionLevel level, int length)
    {
        byte[] content = Coded.Json(length);
        byte[] coded = Coded.Encode("raw deflate", content, level);

        Assert.Equal((DecodeStatus.Ended, coded.Length), Inflate(coded, int.MaxValue, 64 * 1024, out byte[] decoded));
        Assert.Equal(content, decoded);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 1000)]
    [InlineData(3, 7)]
    [InlineData(1000, 1)]
    [InlineData(17, 32 * 1024)]
    public void It_does_not_depend_on_how_input_and_output_are_cut(int inputSize, int outputSize)
    {
        foreach (CompressionLevel level in Enum.GetValues<CompressionLevel>())
        {
            byte[] content = [.. Coded.Prose(40_000, inputSize), .. Noise(5_000)];
            byte[] coded = Coded.Encode("raw deflate", content, level);

            Assert.Equal((DecodeStatus.Ended, coded.Length), Inflate(coded, inputSize, outputSize, out byte[] decoded));
            Assert.Equal(content, decoded);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(1000)]
    public void What_follows_the_data_is_not_taken(int inputSize)
    {
        foreach (CompressionLevel level in Enum.GetValues<CompressionLevel>())
        {
            byte[] content = Coded.Prose(3_000, inputSize);
            byte[] coded = Coded.Encode("raw deflate", content, level);

            Assert.Equal((DecodeStatus.Ended, coded.Length), Inflate([.. coded, .. "follows after the end"u8], inputSize, 100, out byte[] decoded));
            Assert.Equal(content, decoded);
        }
    }

    [Fact]
    [Trait("rule", "R-208")]
    public void Data_cut_anywhere_needs_more_and_gives_what_came_before()
    {
        byte[] content = Coded.Prose(2_000);
        byte[] coded = Coded.Encode("raw deflate", content);
        for (int cut = 0; cut < coded.Length; cut++)
        {
            Assert.Equal((DecodeStatus.NeedsInput, cut), Inflate(coded.AsSpan(0, cut), int.MaxValue, 4096, out byte[] decoded));
            Assert.True(content.AsSpan().StartsWith(decoded));
        }
    }

    [Fact]
    public void Bad_data_is_refused_where_the_framework_refuses_it_and_else_gives_the_same()
    {
        byte[] good = Coded.Encode("raw deflate", Coded.Prose(4_000));
        var random = new Random(4);
        int refused = 0;
        for (int i = 0; i < 4_000; i++)
        {
            byte[] bad = [.. good];
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            }

            DecodeStatus status = Inflate(bad, int.MaxValue, 64 * 1024, out byte[] decoded).Status;
            byte[]? expected = InflateByFramework(bad);
            if (expected is null)
            {
                refused++;
                Assert.Equal(DecodeStatus.Malformed, status);
            }
            else
            {
                Assert.NotEqual(DecodeStatus.Malformed, status);
                Assert.Equal(expected, decoded);
            }
        }

        Assert.InRange(refused, 1_000, 4_000);
    }

    [Theory]
    [InlineData("07", "unknown block type")]
    [InlineData("0105000000", "length of a stored block")]
    [InlineData("FDFFFF", "number of codes")]
    [InlineData("030200", "distance before the beginning")]
    public void Each_kind_of_damage_has_its_name(string hex, string problem)
    {
        var inflater = new Inflater();
        DecodeStatus status = inflater.Inflate(Convert.FromHexString(hex), new byte[1000], out _, out _);

        Assert.Equal((DecodeStatus.Malformed, problem), (status, inflater.Problem));
    }

    [Fact]
    public void Checksums_are_those_of_the_standards()
    {
        Assert.Equal(0xCBF43926, Crc32.Append(0, "123456789"u8));
        Assert.Equal(0xCBF43926, Crc32.Append(Crc32.Append(0, "1234"u8), "56789"u8));
        Assert.Equal(0x091E01DEu, Adler32.Append(1, "123456789"u8));
        byte[] long1 = Noise(20_000);
        byte[] zlib = Coded.Encode("deflate", long1);
        Assert.Equal(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(zlib.AsSpan(zlib.Length - 4)), Adler32.Append(1, long1));
    }

    private static byte[] Noise(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private static byte[]? InflateByFramework(byte[] coded)
    {
        try
        {
            using var stream = new DeflateStream(new MemoryStream(coded), CompressionMode.Decompress);
            var decoded = new MemoryStream();
            stream.CopyTo(decoded);
            return decoded.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static (DecodeStatus Status, int Consumed) Inflate(ReadOnlySpan<byte> coded, int inputSize, int outputSize, out byte[] decoded)
    {
        var inflater = new Inflater();
        var result = new MemoryStream();
        byte[] output = new byte[outputSize];
        int at = 0;
        int given = 0;
        DecodeStatus status = DecodeStatus.NeedsInput;
        while (status == DecodeStatus.OutputFull || (status == DecodeStatus.NeedsInput && given < coded.Length))
        {
            if (status == DecodeStatus.NeedsInput)
            {
                given = (int)Math.Min(coded.Length, (long)given + inputSize);
            }

            status = inflater.Inflate(coded[at..given], output, out int consumed, out int written);
            Assert.True(status != DecodeStatus.NeedsInput || consumed == given - at);
            at += consumed;
            result.Write(output, 0, written);
        }

        decoded = result.ToArray();
        return (status, at);
    }
}
