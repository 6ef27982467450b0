using CsCheck;

namespace PollHttp.Differential;

/// <summary>The field blocks of one direction of one connection.</summary>
internal sealed record HpackCase(HpackBlock[] Blocks)
{
    private const string TokenChars = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private static readonly string[] s_knownNames =
    [
        ":authority", ":method", ":path", ":scheme", ":status", "accept", "Accept-Encoding", "authorization", "Authorization", "content-length", "cookie",
        "etag", "Proxy-Authorization", "set-cookie", "user-agent", "www-authenticate", "x-trace", "X-Trace", "x-a", "x-b",
    ];

    private static readonly Gen<string> s_name = Gen.Frequency(
        (8, Gen.OneOf(s_knownNames)),
        (2, Text(Gen.Int[0, TokenChars.Length - 1].Select(static i => TokenChars[i]), 1, 30)),
        (1, Text(Gen.Int[0, TokenChars.Length - 1].Select(static i => TokenChars[i]), 100, 300)));

    private static readonly Gen<string> s_value = Gen.Frequency(
        (2, Gen.Const("")),
        (5, Gen.Int[0, 5].Select(static i => $"repeated-{i}")),
        (3, Gen.OneOf("GET", "/", "200", "gzip, deflate", "https", "0", new string('a', 126), new string('{', 127), new string('\0', 128))),
        (4, Text(Gen.Int[0, 255].Select(static i => (char)i), 0, 60)),
        (3, Text(Gen.Int[0x20, 0x7E].Select(static i => (char)i), 0, 200)),
        (1, Text(Gen.Int[0, 255].Select(static i => (char)i), 300, 5_000)));

    private static readonly Gen<int[]> s_tableSizes = Gen.Frequency(
        (6, Gen.Const(Array.Empty<int>())),
        (2, Gen.Frequency((1, Gen.Const(0)), (2, Gen.Int[1, 300]), (2, Gen.Int[301, 4096]), (1, Gen.Int[4097, 16_384])).Array[1, 3]));

    /// <summary>Blocks whose names are tokens, so that lower case means something.</summary>
    public static Gen<HpackCase> OfTokens { get; } = Of(s_name);

    /// <summary>Blocks of any octets.</summary>
    public static Gen<HpackCase> OfOctets { get; } =
        Of(Gen.Frequency((6, s_name), (1, Text(Gen.Int[0, 255].Select(static i => (char)i), 0, 40))));

    public override string ToString() => string.Join("\n", Blocks.Select(static b => b.ToString()));

    private static Gen<HpackCase> Of(Gen<string> name) => Gen.Select(
        s_tableSizes,
        Gen.Bool,
        Gen.Select(name, s_value, Gen.Int[0, 7], static (n, v, s) => new HpackField(n, v, s == 0)).Array[0, 12],
        static (sizes, huffman, fields) => new HpackBlock(sizes, huffman, fields)).Array[1, 7].Select(static blocks => new HpackCase(blocks));

    private static Gen<string> Text(Gen<char> octet, int least, int most) => octet.Array[least, most].Select(static chars => new string(chars));
}
