namespace PollHttp.Testing;

/// <summary>Implements SplitMix64: the same seed gives the same numbers on every platform.</summary>
internal sealed class SeededRandom(long seed)
{
    private ulong _state = unchecked((ulong)seed);

    /// <summary>Returns a number from 1 to <paramref name="max"/>.</summary>
    public int UpTo(int max) => (int)(Next() % (ulong)max) + 1;

    private ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
