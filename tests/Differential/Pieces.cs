namespace PollHttp.Differential;

/// <summary>The sizes in which bytes come, or room is given.</summary>
internal static class Pieces
{
    /// <summary>Draws the next size, from 1 to what is left.</summary>
    /// <param name="random">Where it comes from.</param>
    /// <param name="kind">0: all at once; 1: bytes, where there are few; 2: some bytes; 3: of any size.</param>
    /// <param name="left">At least 1.</param>
    public static int NextSize(Random random, int kind, int left) => Math.Min(left, kind switch
    {
        0 => left,
        1 => 1 + (left / 5_000),
        2 => random.Next(1, 40) + (left / 2_000),
        _ => random.Next(1, random.Next(3) == 0 ? 100_000 : 3_000),
    });
}
