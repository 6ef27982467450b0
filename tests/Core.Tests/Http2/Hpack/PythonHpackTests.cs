using PollHttp.Core.Http2.Hpack;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>What we encode is decoded by a second implementation, which also sees to it that size updates come when they must.</summary>
public sealed class PythonHpackTests
{
    [PythonHpackFact]
    [Trait("rule", "R2-049"), Trait("rule", "R2-089")]
    public void Fields_of_the_stories_are_what_another_decoder_reads_of_our_blocks()
    {
        using PythonHpack other = new();
        var random = new Random(3);
        foreach (string number in HpackStory.Numbers)
        {
            foreach (bool changesTable in (bool[])[false, true])
            {
                HpackEncoder encoder = new();
                other.StartConnection();
                foreach (List<(string, string)> block in HpackStory.ReadFields(number))
                {
                    for (int changes = changesTable && random.Next(10) == 0 ? random.Next(1, 4) : 0; changes > 0; changes--)
                    {
                        uint limit = (uint)random.Next(0, 6000);
                        encoder.LimitTable(limit);
                        other.LimitTable(limit);
                    }

                    encoder.Encode(block);
                    Assert.Equal(block, other.Decode(encoder.Block));
                }
            }
        }
    }

    [PythonHpackFact]
    [Trait("rule", "R2-089")]
    public void Values_of_any_octets_and_lengths_are_what_another_decoder_reads_of_our_blocks()
    {
        using PythonHpack other = new();
        var random = new Random(4);
        HpackEncoder encoder = new();
        for (int i = 0; i < 500; i++)
        {
            List<(string, string)> block = [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => ("x-" + random.Next(20), Value()))];
            encoder.Encode(block);
            Assert.Equal(block, other.Decode(encoder.Block));
        }

        string Value() => random.Next(3) == 0
            ? "repeated-" + random.Next(5)
            : new string([.. Enumerable.Range(0, random.Next(0, random.Next(10) == 0 ? 3000 : 40)).Select(_ => (char)random.Next(0x20, 0x100))]);
    }
}
