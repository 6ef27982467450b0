using System.Text;
using Xunit;

namespace PollHttp.Tests;

/// <summary>The format around the data: headers with everything in them, members, and what follows the last.</summary>
public sealed class GZipDecoderTests
{
    private static readonly byte[] s_plain = Coded.Encode("gzip", "hello"u8);

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x01)]
    [InlineData(0x02)]
    [InlineData(0x04)]
    [InlineData(0x08)]
    [InlineData(0x10)]
    [InlineData(0x1F)]
    [Trait("past", "C-04")]
    public void Every_field_of_the_header_is_passed_over_byte_by_byte(int flags)
    {
        byte[] member = Member(flags, extraLength: 300);

        Assert.Equal("hello", Decode(member, 1));
        Assert.Equal("hello", Decode(member, 1000));
    }

    [Fact]
    [Trait("past", "C-72")]
    public void The_longest_extra_field_is_passed_over()
    {
        Assert.Equal("hello", Decode(Member(0x04, extraLength: 0xFFFF), 1000));
        Assert.Equal("hello", Decode(Member(0x04, extraLength: 0), 1));
    }

    [Theory]
    [InlineData(0x08)]
    [InlineData(0x10)]
    [Trait("rule", "R-213")]
    public void An_endless_name_or_comment_is_refused(int flags)
    {
        byte[] head = [0x1F, 0x8B, 8, (byte)flags, 0, 0, 0, 0, 0, 0, .. Enumerable.Repeat((byte)'x', 300_000)];

        Assert.Equal("!the header is too long", Decode(head, 1000));
    }

    [Fact]
    public void A_wrong_header_checksum_is_refused()
    {
        byte[] member = Member(0x02, 0);
        member[10] ^= 1;

        Assert.Equal("!the checksum of the header is wrong", Decode(member, 1));
    }

    [Theory]
    [InlineData(0, "!no gzip header")]
    [InlineData(1, "!no gzip header")]
    [InlineData(2, "!no gzip header")]
    [InlineData(-8, "hello!the checksum is wrong")]
    [InlineData(-1, "hello!the length is wrong")]
    [Trait("rule", "R-209")]
    public void Head_and_trailer_are_checked(int index, string expected)
    {
        byte[] bad = [.. s_plain];
        bad[index < 0 ? bad.Length + index : index] ^= 0x40;

        Assert.Equal(expected, Decode(bad, 1));
        Assert.Equal(expected, Decode(bad, 1000));
    }

    [Fact]
    public void Reserved_flags_are_refused()
    {
        byte[] bad = [.. s_plain];
        bad[3] |= 0x20;

        Assert.Equal("!no gzip header", Decode(bad, 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [Trait("rule", "R-206")]
    public void Members_are_put_together(int size)
    {
        byte[] three = [.. s_plain, .. Coded.Encode("gzip", []), .. Member(0x1F, 3)];

        Assert.Equal("hellohello", Decode(three, size));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [Trait("rule", "R-207")]
    public void Zeros_after_the_last_member_are_padding_and_all_else_is_refused(int size)
    {
        Assert.Equal("hello", Decode([.. s_plain, 0, 0, 0], size));
        Assert.Equal("hellohello", Decode([.. s_plain, 0, 0, .. s_plain], size));
        Assert.Equal("hello!other bytes follow its end", Decode([.. s_plain, 0, (byte)'x'], size));
        Assert.Equal("hello!other bytes follow its end", Decode([.. s_plain, 0x1F, (byte)'x'], size));
        Assert.Equal("hello!no gzip header", Decode([.. s_plain, 0x1F, 0x8B, (byte)'x'], size));
        Assert.Equal("hello", Decode([.. s_plain, 0, (byte)'x', .. s_plain], size, allowTrailingData: true));
        Assert.Equal("hello", Decode([.. s_plain, 0x1F, (byte)'x', .. s_plain], size, allowTrailingData: true));
    }

    [Fact]
    [Trait("rule", "R-208")]
    public void A_cut_anywhere_is_no_end()
    {
        byte[] member = Member(0x1F, 3);
        for (int cut = 1; cut < member.Length; cut++)
        {
            Assert.EndsWith("...", Decode(member[..cut], 1));
        }
    }

    private static byte[] Member(int flags, int extraLength)
    {
        byte[] head = [0x1F, 0x8B, 8, (byte)flags, 1, 2, 3, 4, 0, 255];
        if ((flags & 0x04) != 0)
        {
            head = [.. head, (byte)extraLength, (byte)(extraLength >> 8), .. new byte[extraLength]];
        }

        if ((flags & 0x08) != 0)
        {
            head = [.. head, .. "name.txt\0"u8];
        }

        if ((flags & 0x10) != 0)
        {
            head = [.. head, .. "a comment\0"u8];
        }

        if ((flags & 0x02) != 0)
        {
            uint crc = Crc32.Append(0, head);
            head = [.. head, (byte)crc, (byte)(crc >> 8)];
        }

        return [.. head, .. s_plain[10..]];
    }

    /// <summary>The text, then <c>!</c> and the problem, or <c>...</c> when more is needed.</summary>
    private static string Decode(byte[] coded, int size, bool allowTrailingData = false)
    {
        using var stage = new DecoderStage(new GZipDecoder(), allowTrailingData);
        var text = new StringBuilder();
        byte[] output = new byte[64];
        int at = 0;
        int given = 0;
        while (true)
        {
            DecodeStatus status = stage.Decode(coded.AsSpan(at, given - at), output, out int consumed, out int written);
            at += consumed;
            text.Append(Encoding.Latin1.GetString(output, 0, written));
            if (status == DecodeStatus.Malformed)
            {
                return text.Append('!').Append(stage.Problem).ToString();
            }

            if (status == DecodeStatus.NeedsInput)
            {
                if (given == coded.Length)
                {
                    return text.Append(stage.MayEnd ? "" : "...").ToString();
                }

                given = Math.Min(coded.Length, given + size);
            }
        }
    }
}
