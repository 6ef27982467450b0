using System.Text;
using PollHttp.Core.Http2.Hpack;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>Decoding of field blocks (RFC 7541), in every cutting.</summary>
public sealed class HpackDecoderTests
{
    /// <summary>RFC 7541 C.2 to C.6: blocks in a row on one decoder, and the fields of the last one.</summary>
    public static TheoryData<string[], int, string> Examples => new()
    {
        { ["400a637573746f6d2d6b65790d637573746f6d2d686561646572"], 4096, "custom-key: custom-header" },
        { ["040c2f73616d706c652f70617468"], 4096, ":path: /sample/path" },
        { ["100870617373776f726406736563726574"], 4096, "password: secret" },
        { ["82"], 4096, ":method: GET" },
        {
            ["828684410f7777772e6578616d706c652e636f6d", "828684be58086e6f2d6361636865", "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565"],
            4096,
            ":method: GET|:scheme: https|:path: /index.html|:authority: www.example.com|custom-key: custom-value"
        },
        {
            ["828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be5886a8eb10649cbf", "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"],
            4096,
            ":method: GET|:scheme: https|:path: /index.html|:authority: www.example.com|custom-key: custom-value"
        },
        {
            [
                "3fe101488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3",
                "4883640effc1c0bf",
                "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
            ],
            256,
            ":status: 200|cache-control: private|date: Mon, 21 Oct 2013 20:13:22 GMT|location: https://www.example.com|content-encoding: gzip|"
                + "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"
        },
    };

    [Theory, MemberData(nameof(Examples))]
    [Trait("rule", "R2-086")]
    public void Examples_of_the_RFC_are_decoded_in_every_cutting(string[] blocks, int table, string expected)
    {
        foreach (int piece in (int[])[int.MaxValue, 1, 2, 3, 7])
        {
            HpackDecoder decoder = new(65536);
            Fields fields = new();
            foreach (string block in blocks)
            {
                fields.Text.Clear();
                Assert.True(Decode(decoder, Convert.FromHexString(block), piece, fields), decoder.Problem);
            }

            Assert.Equal(expected, fields.ToString());
            Assert.InRange(decoder.Table.Size, 0, table);
        }
    }

    [Theory]
    [InlineData("80", "index is 0"), Trait("rule", "R2-080")]
    [InlineData("be", "beyond both tables")]
    [InlineData("7e0161", "beyond both tables")]
    [InlineData("ffffffffff0f", "too large")]
    [InlineData("ff8080808000", "too large")]
    [InlineData("0084ffffffff0161", "holds the symbol")]
    [InlineData("0081ff0161", "padding")]
    [InlineData("00821fff0161", "padding")]
    [InlineData("008119", "padding")]
    [InlineData("0001", "inside a field")]
    [InlineData("00", "inside a field")]
    [InlineData("0001610161828220", "follows a field")]
    [InlineData("3fe21f", "over the limit")]
    [Trait("rule", "R2-081"), Trait("rule", "R2-082"), Trait("rule", "R2-083"), Trait("rule", "R2-084")]
    public void Broken_block_is_refused_in_every_cutting(string block, string problem)
    {
        foreach (int piece in (int[])[int.MaxValue, 1])
        {
            HpackDecoder decoder = new(65536);
            Assert.False(Decode(decoder, Convert.FromHexString(block), piece, new()));
            Assert.Contains(problem, decoder.Problem);
        }
    }

    [Fact, Trait("rule", "R2-084"), Trait("fault", "F2-42")]
    public void Two_size_updates_in_a_row_and_one_to_0_are_fine()
    {
        HpackDecoder decoder = new(65536);
        Fields fields = new();
        Assert.True(Decode(decoder, Convert.FromHexString("400161016282"), 1, fields));
        Assert.Equal(1, decoder.Table.Count);
        Assert.True(Decode(decoder, Convert.FromHexString("203fe11f82"), 1, fields));
        Assert.Equal(0, decoder.Table.Count);
        Assert.Equal(4096, decoder.Table.Capacity);
    }

    [Fact, Trait("rule", "R2-085"), Trait("fault", "F2-41")]
    public void After_our_reduction_a_block_begins_with_a_size_update()
    {
        HpackDecoder decoder = new(65536);
        decoder.LimitTable(100);
        Assert.False(Decode(decoder, [0x82], 1, new()));
        decoder = new(65536);
        decoder.LimitTable(100);
        Assert.True(Decode(decoder, [0x3F, 69, 0x82], 1, new()));
        Assert.Equal(100, decoder.Table.Capacity);
    }

    [Fact, Trait("rule", "R2-086")]
    public void Entry_over_the_table_empties_it()
    {
        HpackDecoder decoder = new(65536);
        Decode(decoder, Convert.FromHexString("4001610162"), 1, new());
        Assert.Equal(1, decoder.Table.Count);
        byte[] large = Http2Fields.Encode(("name", new string('v', 4096)));
        large[0] = 0x40;
        Fields fields = new();
        Assert.True(Decode(decoder, large, 100, fields));
        Assert.Equal(0, decoder.Table.Count);
        Assert.Equal(4096 + "name: ".Length, fields.ToString().Length);
    }

    [Fact, Trait("rule", "R2-087")]
    public void String_over_its_limit_is_dropped_and_the_table_stays_right()
    {
        HpackDecoder decoder = new(5000);
        byte[] large = Http2Fields.Encode(("name", new string('v', 100_000)));
        large[0] = 0x40;
        Fields fields = new();
        Assert.True(Decode(decoder, Convert.FromHexString("4001610162"), 1, fields));
        Assert.True(Decode(decoder, large, 1000, fields));
        Assert.Equal(100_004, fields.Dropped);
        Assert.Equal(0, decoder.Table.Count);
        Assert.True(Decode(decoder, Convert.FromHexString("4001610162be"), 1, fields));
        Assert.EndsWith("a: b|a: b", fields.ToString());
    }

    [Theory, Trait("rule", "R2-088"), Trait("fault", "F2-46")]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(int.MaxValue)]
    public void Work_is_linear_in_the_octets_however_they_are_cut(int piece)
    {
        byte[][] units =
        [
            "v"u8.ToArray(), // of one value
            [0x18, 0xC6, 0x31, 0x8C, 0x63], // of one value, Huffman-coded: eight times the letter a
            [0x40, 3, .. "abc"u8, 3, .. "def"u8], // fields that enter the table and leave it again
            [0x88, 0x0F, 0x2D, 1, .. "x"u8], // a field of the table, and a name of it behind an integer of two octets
        ];
        for (int i = 0; i < units.Length; i++)
        {
            byte[] octets = [.. Enumerable.Repeat(units[i], 30_000 / units[i].Length).SelectMany(static u => u)];
            byte[] block = i switch
            {
                0 => [0x00, 1, (byte)'n', 0x7F, 0xB1, 0xE9, 0x01, .. octets], // 30,000 as an integer
                1 => [0x00, 1, (byte)'n', 0xFF, 0xB1, 0xE9, 0x01, .. octets],
                _ => octets,
            };
            HpackDecoder decoder = new(100_000);
            Fields fields = new();
            Assert.True(Decode(decoder, block, piece, fields), decoder.Problem);
            Assert.InRange(decoder.Work, block.Length, 4 * block.Length);
            Assert.Equal(i switch { 0 => 30_003, 1 => 48_003, _ => fields.ToString().Length }, fields.ToString().Length);
        }
    }

    [Fact]
    public void What_our_encoder_writes_another_reader_reads()
    {
        var random = new Random(1);
        HpackEncoder encoder = new();
        HpackDecoder decoder = new(65536);
        Http2FieldReaderProbe other = new();
        string[] names = ["Accept", "x-a", ":path", "cookie", "content-length", "user-agent", "X-" + new string('n', 40)];
        for (int round = 0; round < 2_000; round++)
        {
            if (random.Next(50) == 0)
            {
                encoder.LimitTable((uint)random.Next(0, 5000));
                encoder.LimitTable((uint)random.Next(0, 5000));
            }

            encoder.Start();
            StringBuilder expected = new();
            for (int i = random.Next(1, 12); i > 0; i--)
            {
                string name = names[random.Next(names.Length)];
                string value = random.Next(3) switch
                {
                    0 => "v" + random.Next(40),
                    1 => new string([.. Enumerable.Range(0, random.Next(60)).Select(_ => (char)random.Next(0x20, 0x100))]),
                    _ => "",
                };
                encoder.Append(name, value);
                expected.Append(expected.Length == 0 ? "" : "|").Append(name.ToLowerInvariant()).Append(": ").Append(value);
            }

            Fields fields = new();
            Assert.True(Decode(decoder, encoder.Block.ToArray(), 1 + random.Next(30), fields), decoder.Problem);
            Assert.Equal(expected.ToString(), fields.ToString());
            Assert.Equal(expected.ToString(), other.Read(encoder.Block.ToArray()));
        }
    }

    [Fact]
    public void Random_octets_are_decoded_or_refused_and_never_throw()
    {
        var random = new Random(2);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] block = new byte[random.Next(1, 60)];
            random.NextBytes(block);
            HpackDecoder whole = new(4096);
            HpackDecoder cut = new(4096);
            Fields first = new();
            Fields second = new();
            Assert.Equal(Decode(whole, block, int.MaxValue, first), Decode(cut, block, 1, second));
            Assert.Equal(whole.Problem, cut.Problem);
            Assert.Equal(first.ToString(), second.ToString());
        }
    }

    [Fact, Trait("rule", "R2-089")]
    public void Secrets_are_never_indexed_and_repeated_fields_are()
    {
        HpackEncoder encoder = new();
        for (int i = 0; i < 3; i++)
        {
            encoder.Start();
            encoder.Append("Authorization", "Basic abc");
            Assert.Equal(0x1F, encoder.Block[0]);
            Assert.Equal(23 - 15, encoder.Block[1]);
        }

        int[] lengths = new int[3];
        for (int i = 0; i < 3; i++)
        {
            encoder.Start();
            encoder.Append("x-trace", "0123456789");
            lengths[i] = encoder.Block.Length;
        }

        Assert.Equal(lengths[0], lengths[1]);
        Assert.Equal(1, lengths[2]);
    }

    [Fact, Trait("rule", "R2-089")]
    public void Huffman_code_is_used_only_where_it_is_shorter()
    {
        HpackEncoder encoder = new();
        encoder.Start();
        encoder.Append("x", "{}{}{}");
        Assert.Equal(1 + 2 + 1 + 6, encoder.Block.Length);
        encoder.Start();
        encoder.Append("y", "aaaaaaaa");
        Assert.Equal(1 + 2 + 1 + 5, encoder.Block.Length);
    }

    [Fact, Trait("rule", "R2-049"), Trait("fault", "F2-41")]
    public void Change_of_the_peers_table_is_said_in_the_next_block_smallest_first()
    {
        HpackEncoder encoder = new();
        encoder.LimitTable(0);
        encoder.LimitTable(100_000);
        encoder.Start();
        Assert.Equal([0x20, 0x3F, 0xE1, 0x1F], encoder.Block.ToArray());
        encoder.Start();
        Assert.Equal(0, encoder.Block.Length);
        encoder.LimitTable(4096);
        encoder.Start();
        Assert.Equal(0, encoder.Block.Length);
    }

    private static bool Decode(HpackDecoder decoder, byte[] block, int piece, Fields fields)
    {
        decoder.Start();
        for (int position = 0; position < block.Length; position += Math.Min(piece, block.Length - position))
        {
            if (!decoder.Decode(block.AsSpan(position, Math.Min(piece, block.Length - position)), fields))
            {
                return false;
            }
        }

        return decoder.Finish();
    }

    private sealed class Fields : IFieldSink
    {
        public StringBuilder Text { get; } = new();

        public long Dropped { get; private set; }

        public void OnField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Text
            .Append(Text.Length == 0 ? "" : "|").Append(Encoding.Latin1.GetString(name)).Append(": ").Append(Encoding.Latin1.GetString(value));

        public void OnDroppedField(long size) => Dropped = size;

        public override string ToString() => Text.ToString();
    }
}
