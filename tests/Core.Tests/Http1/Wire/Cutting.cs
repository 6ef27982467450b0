namespace PollHttp.Core.Tests;

/// <summary>One way in which the bytes of a response may arrive: the sizes of the pieces, and how the driver behaves.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Pieces">How many bytes come at once; they add up to the response.</param>
/// <param name="Lazy">The body is consumed only when nothing else can move, not at once.</param>
/// <param name="EndEarly">The end of the connection is announced together with the last piece, before anything of it was read.</param>
internal sealed record Cutting(string Name, int[] Pieces, bool Lazy, bool EndEarly)
{
    private const int MostTwoCuts = 120;
    private const int Seeds = 8;

    /// <summary>Whole, byte by byte, in two at every place, and in seeded pieces; every behaviour of the driver among them.</summary>
    public static IEnumerable<Cutting> All(int length)
    {
        for (int way = 0; way < 4; way++)
        {
            yield return new("whole", [length], (way & 1) != 0, (way & 2) != 0);
            yield return new("byte by byte", [.. Enumerable.Repeat(1, length)], (way & 1) != 0, (way & 2) != 0);
        }

        int step = 1 + (length / MostTwoCuts);
        for (int cut = 1, way = 0; cut < length; cut += step, way++)
        {
            yield return new($"cut at {cut}", [cut, length - cut], (way & 1) != 0, (way & 2) != 0);
        }

        for (int seed = 0; seed < Seeds; seed++)
        {
            yield return new($"seed {seed}", Seeded(length, seed), (seed & 1) != 0, (seed & 2) != 0);
        }
    }

    private static int[] Seeded(int length, int seed)
    {
        var random = new Random(seed);
        int most = 2 + (length / (2 + (seed % 5)));
        List<int> pieces = [];
        for (int left = length; left > 0;)
        {
            int piece = Math.Min(left, random.Next(1, most));
            pieces.Add(piece);
            left -= piece;
        }

        return [.. pieces];
    }
}
