using System.IO.Compression;
using PollHttp.Core;
using Xunit;

namespace PollHttp.Tests;

/// <summary>What every body in a coding has in common, whoever reads it: limits, the end, failures.</summary>
public sealed class CodedReaderTests
{
    private static readonly byte[] s_content = Coded.Prose(10_000);
    private static readonly byte[] s_coded = Coded.Encode("gzip", s_content);

    [Fact]
    [Trait("rule", "R-212")]
    public void No_input_at_all_is_an_empty_body()
    {
        using CodedReader reader = NewReader(new());
        reader.EndInput();
        Assert.True(reader.HasEnded);
        Assert.False(reader.HasFailed);
        Assert.False(reader.Fault.Exists);
    }

    [Fact]
    public void A_whole_body_ends_and_gives_nothing_after_its_end()
    {
        using CodedReader reader = NewReader(new());
        Assert.Equal(s_content, ReadAll(reader, s_coded));
        Assert.True(reader.HasEnded);
        Assert.Equal(0, reader.Decode(s_coded, new byte[10], out int consumed));
        Assert.Equal(0, consumed);
        Assert.False(reader.HasFailed);
    }

    [Fact]
    [Trait("rule", "R-208")]
    public void A_cut_body_fails_after_all_that_came()
    {
        using CodedReader reader = NewReader(new());
        Assert.Equal(s_content, ReadAll(reader, s_coded[..^1]));
        Assert.False(reader.HasEnded);
        Assert.Equal((FaultKind.TruncatedCoding, (long)s_coded.Length - 1, "gzip"), (reader.Fault.Kind, reader.Fault.BytesReceived, reader.Fault.Detail));
    }

    [Fact]
    [Trait("rule", "R-209")]
    public void A_body_that_fails_gives_what_came_before_and_then_nothing_more()
    {
        using CodedReader reader = NewReader(new());
        byte[] bad = [.. s_coded, (byte)'x', .. s_coded];
        Assert.Equal(s_content, ReadAll(reader, bad));
        Assert.Equal((FaultKind.MalformedCoding, "gzip: other bytes follow its end"), (reader.Fault.Kind, reader.Fault.Detail));
        Assert.Equal(0, reader.Decode(s_coded, new byte[10], out int consumed));
        Assert.Equal(0, consumed);
        reader.EndInput();
        Assert.False(reader.HasEnded);
        Assert.Equal(FaultKind.MalformedCoding, reader.Fault.Kind);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(700)]
    [InlineData(20_000)]
    [Trait("rule", "R-210")]
    public void No_byte_beyond_the_limit_is_given(int room)
    {
        using CodedReader over = NewReader(new() { MaxDecodedBytes = 9_999 });
        Assert.Equal(s_content[..9_999], ReadAll(over, s_coded, room));
        Assert.Equal((FaultKind.DecodedBodyTooLarge, 9_999L, 10_000L), (over.Fault.Kind, over.Fault.BytesExpected, over.Fault.BytesReceived));

        using CodedReader within = NewReader(new() { MaxDecodedBytes = 10_000 });
        Assert.Equal(s_content, ReadAll(within, s_coded, room));
        Assert.True(within.HasEnded);

        using CodedReader none = NewReader(new() { MaxDecodedBytes = 0 });
        Assert.Empty(ReadAll(none, s_coded, room));
        Assert.Equal(FaultKind.DecodedBodyTooLarge, none.Fault.Kind);
    }

    [Theory]
    [InlineData(ContentCodings.Brotli, 16, false)]
    [InlineData(ContentCodings.Brotli, 17, true)]
    [InlineData(ContentCodings.GZip, 17, false)]
    [Trait("rule", "R-210")]
    public void The_ratio_is_judged_after_16_MiB_where_the_coding_has_no_bound_of_its_own(ContentCodings coding, int mebibytes, bool fails)
    {
        byte[] coded = Coded.Encode(coding == ContentCodings.GZip ? "gzip" : "br", new byte[mebibytes * 1024 * 1024], CompressionLevel.Fastest);
        using CodedReader reader = new([coding], new() { MaxRatio = 2 });
        Assert.Equal(fails ? (16 * 1024 * 1024) + (64 * 1024) : mebibytes * 1024 * 1024, ReadAll(reader, coded, 64 * 1024).Length);
        Assert.Equal(fails ? FaultKind.DecodingRatioTooHigh : FaultKind.None, reader.Fault.Kind);
        Assert.Equal(!fails, reader.HasEnded);
        Assert.Equal(fails ? 2 : 0, reader.Fault.BytesExpected);
    }

    private static CodedReader NewReader(DecompressionOptions options) => new([ContentCodings.GZip], options);

    /// <summary>Reads all that comes, and then says that no more does.</summary>
    private static byte[] ReadAll(CodedReader reader, byte[] coded, int room = 1_000)
    {
        var decoded = new MemoryStream();
        byte[] output = new byte[room];
        int at = 0;
        while (true)
        {
            int written = reader.Decode(coded.AsSpan(at), output, out int consumed);
            at += consumed;
            decoded.Write(output.AsSpan(0, written));
            if (written == 0)
            {
                reader.EndInput();
                return decoded.ToArray();
            }

            Assert.True(reader.HasFailed || reader.MayHoldOutput);
        }
    }
}
