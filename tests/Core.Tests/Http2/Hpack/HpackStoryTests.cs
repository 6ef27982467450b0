using System.Text;
using PollHttp.Core.Http2.Hpack;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>What other implementations of RFC 7541 encoded, and what we encode of the same fields.</summary>
public sealed class HpackStoryTests
{
    public static TheoryData<string> Encoders => [.. HpackStory.Encoders];

    [Theory, MemberData(nameof(Encoders))]
    [Trait("rule", "R2-086"), Trait("rule", "R2-088")]
    public void Stories_of_another_encoder_are_decoded_in_every_cutting(string encoder)
    {
        foreach (string number in HpackStory.Numbers)
        {
            List<List<(string, string)>> expected = HpackStory.ReadFields(number);
            List<(int? TableLimit, byte[] Octets)> blocks = HpackStory.ReadBlocks(encoder, number);
            Assert.Equal(expected.Count, blocks.Count);
            foreach (int piece in (int[])[int.MaxValue, 1, 2, 7])
            {
                HpackDecoder decoder = new(65536);
                for (int i = 0; i < blocks.Count; i++)
                {
                    if (blocks[i].TableLimit is { } limit)
                    {
                        decoder.LimitTable(limit);
                    }

                    FieldList fields = new();
                    Assert.True(fields.Decode(decoder, blocks[i].Octets, piece), $"story {number}, block {i}: {decoder.Problem}");
                    Assert.Equal(expected[i], fields.Fields);
                }
            }
        }
    }

    [Fact]
    public void Fields_of_the_stories_survive_our_own_coding_and_take_a_third_less_than_without_a_table()
    {
        long ours = 0;
        long tableless = 0;
        foreach (string number in HpackStory.Numbers)
        {
            HpackEncoder encoder = new();
            HpackDecoder decoder = new(65536);
            foreach (List<(string Name, string Value)> block in HpackStory.ReadFields(number))
            {
                encoder.Encode(block);
                FieldList fields = new();
                Assert.True(fields.Decode(decoder, encoder.Block, int.MaxValue), decoder.Problem);
                Assert.Equal(block, fields.Fields);
                ours += encoder.Block.Length;
            }

            tableless += HpackStory.ReadBlocks("go-hpack", number).Sum(static b => b.Octets.LongLength);
        }

        Assert.InRange(ours, 1, tableless * 2 / 3);
    }

    /// <summary>The fields of a block.</summary>
    private sealed class FieldList : IFieldSink
    {
        public List<(string Name, string Value)> Fields { get; } = [];

        public bool Decode(HpackDecoder decoder, ReadOnlySpan<byte> block, int piece)
        {
            decoder.Start();
            for (; !block.IsEmpty; block = block[Math.Min(piece, block.Length)..])
            {
                if (!decoder.Decode(block[..Math.Min(piece, block.Length)], this))
                {
                    return false;
                }
            }

            return decoder.Finish();
        }

        public void OnField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Fields.Add((Encoding.Latin1.GetString(name), Encoding.Latin1.GetString(value)));

        public void OnDroppedField(long size) => Assert.Fail($"a field of {size} octets was dropped");
    }
}
