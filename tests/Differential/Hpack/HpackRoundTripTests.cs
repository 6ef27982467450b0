using PollHttp.Core.Http2.Hpack;
using PollHttp.Core.Tests;
using Xunit;

namespace PollHttp.Differential;

/// <summary>
/// Random field blocks between our HPACK and that of others: python3-hpack both ways, and the reader of the scripted server, which share no code
/// with ours.
/// </summary>
public sealed class HpackRoundTripTests
{
    /// <summary>The places at which long blocks are cut; shorter ones are cut everywhere.</summary>
    private const int MostCuts = 150;

    /// <summary>What <see cref="HpackDecoder"/> keeps of a field here: more than any that is generated.</summary>
    private const int Keep = 64 * 1024;

    [PythonHpackFact]
    [Trait("rule", "R2-049"), Trait("rule", "R2-089")]
    public void What_we_encode_other_decoders_read_as_it_was()
    {
        using PythonHpack python = new();
        RunSize.Sample(HpackCase.OfTokens, c => CheckEncoder(c, python), share: 300);
    }

    [PythonHpackFact]
    [Trait("rule", "R2-084"), Trait("rule", "R2-085"), Trait("rule", "R2-086"), Trait("rule", "R2-088")]
    public void What_another_encoder_writes_we_read_as_it_was_wherever_it_is_cut()
    {
        using PythonHpack python = new();
        RunSize.Sample(HpackCase.OfOctets, c => CheckDecoder(c, python), share: 60);
    }

    private static void CheckEncoder(HpackCase connection, PythonHpack python)
    {
        python.StartConnection();
        Http2FieldReaderProbe reader = new();
        HpackEncoder encoder = new();
        HpackDecoder decoder = new(Keep);
        foreach (HpackBlock block in connection.Blocks)
        {
            foreach (int size in block.TableSizes)
            {
                encoder.LimitTable((uint)size);
                python.LimitTable((uint)size);
                reader.Limit((uint)size);
            }

            encoder.Start();
            foreach (HpackField field in block.Fields)
            {
                encoder.Append(field.Name, field.Value);
            }

            byte[] octets = encoder.Block.ToArray();
            List<(string Name, string Value)> expected = [.. block.Fields.Select(static f => (Lower(f.Name), f.Value))];
            List<(string Name, string Value, bool IsSensitive)> theirs = python.DecodeWithMarks(octets);
            Assert.Equal(expected, theirs.Select(static f => (f.Name, f.Value)));
            Assert.All(theirs, static f => Assert.True(f.IsSensitive || !IsSecret(f.Name) || f.Value.Length == 0, $"{f.Name} may be indexed"));
            Assert.Equal(expected, reader.ReadFields(octets));
            Assert.Equal(expected, FieldList.Decode(decoder, octets, octets.Length, octets.Length));
        }
    }

    private static void CheckDecoder(HpackCase connection, PythonHpack python)
    {
        python.StartConnection();
        List<byte[]> blocks = [];
        foreach (HpackBlock block in connection.Blocks)
        {
            if (block.TableSizes.Length > 0)
            {
                // It would announce those between too, of which one may be over the limit that was set last.
                python.SetTable(block.TableSizes.Min());
                python.SetTable(block.TableSizes[^1]);
            }

            blocks.Add(python.Encode(block.Fields.Select(static f => (f.Name, f.Value, f.IsSensitive)), block.IsHuffman));
        }

        int longest = blocks.Max(static b => b.Length);
        CheckCut(connection, blocks, int.MaxValue, int.MaxValue);
        CheckCut(connection, blocks, 1, 1);
        CheckCut(connection, blocks, 7, 7);
        for (int cut = 1; cut < longest; cut += 1 + (longest / MostCuts))
        {
            CheckCut(connection, blocks, cut, int.MaxValue);
        }
    }

    /// <summary>Decodes all blocks of a connection, each in pieces of these sizes.</summary>
    private static void CheckCut(HpackCase connection, List<byte[]> blocks, int first, int piece)
    {
        HpackDecoder decoder = new(Keep);
        for (int i = 0; i < blocks.Count; i++)
        {
            HpackBlock block = connection.Blocks[i];
            Array.ForEach(block.TableSizes, decoder.LimitTable);
            List<(string Name, string Value)> fields = FieldList.Decode(decoder, blocks[i], first, piece);
            if (!fields.SequenceEqual(block.Fields.Select(static f => (f.Name, f.Value))))
            {
                Assert.Equal(block.Fields.Select(static f => (f.Name, f.Value)), fields); // slower, and says what differs
            }
        }
    }

    /// <summary>The fields that are never to be indexed (RFC 7541 §7.1.3).</summary>
    private static bool IsSecret(string name) => name is "authorization" or "cookie" or "proxy-authorization";

    private static string Lower(string name) => string.Concat(name.Select(static c => char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : c));
}
