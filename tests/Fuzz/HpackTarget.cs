using PollHttp.Core.Http2.Hpack;
using PollHttp.Differential;
using Xunit;

namespace PollHttp.Fuzz;

/// <summary>
/// The field blocks of a connection, decoded whole and octet by octet, and by the reader of the scripted server: all give the same fields, or all
/// refuse the block. The first octet chooses after which block the table is limited, and to what. Each block has an octet with its length.
/// </summary>
internal sealed class HpackTarget : Target
{
    /// <summary>More than any field of an input.</summary>
    private const int Keep = 4 * 1024 * 1024;

    private const int LimitedBlock = 0x3F;

    private static readonly string[][] s_connections =
    [
        ["828684410f7777772e6578616d706c652e636f6d", "828684be58086e6f2d6361636865", "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565"],
        ["828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be5886a8eb10649cbf", "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"],
        ["3fe101488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3", "4883640effc1c0bf"],
        ["203fe11f82", "40016101623fe11f"], ["100870617373776f726406736563726574", "0084ffffffff0161"], ["00", "ffffffffff0f"], ["7f80800161", "3f00bebe"],
    ];

    private static readonly int[] s_limits = [0, 100, 1_000, 4_096];

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds => from blocks in s_connections
                                                 from way in (byte[])[0x3F, 0x01, 0x42]
                                                 select (byte[])[way, .. blocks.Select(Convert.FromHexString).SelectMany(static b => (byte[])[(byte)b.Length, .. b])];

    /// <inheritdoc/>
    public override void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        HpackDecoder whole = new(Keep);
        HpackDecoder cut = new(Keep);
        Http2FieldReaderProbe other = new();
        ReadOnlySpan<byte> rest = input.AsSpan(1);
        bool isRight = true;
        for (int number = 0; !rest.IsEmpty && isRight; number++)
        {
            if (number == (input[0] & LimitedBlock))
            {
                int limit = s_limits[input[0] >> 6];
                whole.LimitTable(limit);
                cut.LimitTable(limit);
                other.Limit((uint)limit);
            }

            ReadOnlySpan<byte> block = rest.Slice(1, Math.Min(rest[0], rest.Length - 1));
            rest = rest[(1 + block.Length)..];
            List<(string Name, string Value)>? theirs = TryRead(other, block);
            Assert.Equal(theirs, TryDecode(whole, block, int.MaxValue));
            Assert.Equal(theirs, TryDecode(cut, block, 1));
            Assert.Equal(whole.Problem, cut.Problem);
            isRight = theirs is not null;
        }
    }

    private static List<(string Name, string Value)>? TryRead(Http2FieldReaderProbe reader, ReadOnlySpan<byte> block)
    {
        try
        {
            return reader.ReadFields(block);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static List<(string Name, string Value)>? TryDecode(HpackDecoder decoder, ReadOnlySpan<byte> block, int piece)
    {
        try
        {
            return FieldList.Decode(decoder, block, piece, piece);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
