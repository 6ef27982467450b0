using CsCheck;

namespace PollHttp.Differential;

/// <summary>A body: its content, its codings in the order they are applied, what is done to it, and a seed for the rest: the bytes themselves, and
/// the pieces in which they come.</summary>
public sealed record BodyCase(ContentKind Content, int Size, CodingUse[] Codings, Damage Damage, int Pieces, int Seed)
{
    private const int Large = 100_000;

    private static readonly Gen<int> s_size = Gen.Frequency(
        (300, Gen.Int[0, 64]), (500, Gen.Int[0, 4_000]), (250, Gen.Int[0, 70_000]), (20, Gen.Int[0, 1_000_000]), (1, Gen.Int[0, 20_000_000]));

    private static readonly Gen<CodingUse> s_coding = Gen.Select(
        Gen.Int[0, Coded.Names.Length - 1].Select(static i => Coded.Names[i]), Gen.Int[0, 11], Gen.Int[0, 4], Gen.Int[10, 24], Gen.Frequency((6, Gen.Const(1)), (2, Gen.Int[2, 5])), Gen.Int[0, 3],
        (name, level, strategy, window, members, flags) => new CodingUse(name, level, strategy, window, members, flags));

    /// <summary>Any body, with any damage.</summary>
    public static Gen<BodyCase> Any { get; } = Gen.Select(
        Gen.Enum<ContentKind>(), s_size,
        Gen.Frequency((8, s_coding.Array[1]), (2, s_coding.Array[2, 3])),
        Gen.Frequency((5, Gen.Const(Damage.None)), (5, Gen.Enum<Damage>())),
        Gen.Int[0, 3], Gen.Int[0, int.MaxValue - 1],
        (content, size, codings, damage, pieces, seed) => new BodyCase(content, size, codings, damage, pieces, seed));

    /// <summary>Prints what makes the case again.</summary>
    public override string ToString() =>
        $"{Content}, {Size} bytes, {string.Join(" then ", (object[])Codings)}, {Damage}, pieces {Pieces}, seed {Seed}";

    /// <summary>Makes the content.</summary>
    public byte[] MakeContent()
    {
        var random = new Random(Seed);
        switch (Content)
        {
            case ContentKind.Text:
                return Coded.Prose(Size, Seed);
            case ContentKind.Json:
                return Coded.Json(Size, Seed);
            case ContentKind.Binary:
                byte[] records = new byte[Size];
                for (int i = 0; i < records.Length; i++)
                {
                    records[i] = (i % 16) switch { 0 => (byte)(i >> 4), 1 => (byte)(i >> 12), < 6 => (byte)random.Next(16), < 12 => 0, _ => (byte)i };
                }

                return records;
            case ContentKind.Noise:
                byte[] noise = new byte[Size];
                random.NextBytes(noise);
                return noise;
            default:
                return new byte[Size];
        }
    }

    /// <summary>Encodes the content, undamaged, with the ends of the outermost members.</summary>
    public byte[] Encode(byte[] content, out int[] ends)
    {
        ends = [];
        foreach (CodingUse use in Codings)
        {
            content = PlatformCodec.Encode(use, content, isSlowAllowed: Size <= Large, out ends);
        }

        return content;
    }

    /// <summary>Damages a copy of the coded data.</summary>
    public byte[] DamageOf(byte[] coded)
    {
        var random = new Random(Seed ^ 0x5EED);
        byte[] damaged = [.. coded];
        int at = random.Next(coded.Length + 1);
        int count = random.Next(1, 9);
        int end = Math.Min(at + count, coded.Length);
        switch (Damage)
        {
            case Damage.Truncated:
                return random.Next(2) == 0 ? coded[..at] : coded[..^Math.Min(count, coded.Length)];
            case Damage.BitsFlipped:
                for (int i = random.Next(1, 4); i > 0 && coded.Length > 0; i--)
                {
                    damaged[random.Next(random.Next(2) == 0 ? Math.Min(40, coded.Length) : coded.Length)] ^= (byte)(1 << random.Next(8));
                }

                return damaged;
            case Damage.Overwritten:
                random.NextBytes(damaged.AsSpan(at..end));
                return damaged;
            case Damage.Removed:
                return [.. coded[..at], .. coded[end..]];
            case Damage.Repeated:
                return [.. coded[..end], .. coded[at..]];
            case Damage.Followed:
                byte[] others = new byte[count];
                random.NextBytes(others);
                return [.. coded, .. others];
            case Damage.Padded:
                return [.. coded, .. new byte[count * 5]];
            default:
                return damaged;
        }
    }
}
