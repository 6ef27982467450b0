namespace PollHttp.TestOrder;

/// <summary>The order tests run in: the runner's own, or a shuffled one when <c>POLLHTTP_TEST_ORDER</c> gives a seed.</summary>
internal static class TestOrder
{
    private static readonly int? s_seed = ReadSeed();

    public static IEnumerable<T> Shuffle<T>(IEnumerable<T> items, string within)
    {
        if (s_seed is not { } seed)
        {
            return items;
        }

        T[] shuffled = [.. items];
        new Random(seed ^ StableHash(within)).Shuffle(shuffled);
        return shuffled;
    }

    private static int? ReadSeed() => Environment.GetEnvironmentVariable("POLLHTTP_TEST_ORDER") switch
    {
        null or "" => null,
        { } text => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture),
    };

    // string.GetHashCode differs in each process; a seed must give one order.
    private static int StableHash(string text) => text.Aggregate(17, (hash, c) => unchecked((hash * 31) + c));
}
