namespace PollHttp.Swarm;

/// <summary>Random choices that depend on a seed alone (SplitMix64): the same on every machine and runtime.</summary>
internal sealed class Draw
{
    private ulong _state;

    /// <summary>Initializes the choices of one stream of a seed, so that one call's choices do not move another's.</summary>
    public Draw(long seed, int stream)
    {
        _state = unchecked(((ulong)seed * 0xD1342543DE82EF95) ^ ((ulong)stream * 0x2545F4914F6CDD1D));
        Next();
    }

    public ulong Next() => Mix(_state += 0x9E3779B97F4A7C15);

    /// <summary>Gets a number from 0 to <paramref name="end"/> - 1.</summary>
    public int Below(int end) => (int)(Next() % (ulong)end);

    /// <summary>Gets a number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    public bool Chance(int percent) => Below(100) < percent;

    public T Pick<T>(params ReadOnlySpan<T> values) => values[Below(values.Length)];

    /// <summary>Gets a size up to <paramref name="most"/>: each power of two is as likely as the next, and 0 comes now and then.</summary>
    public int Size(int most)
    {
        int bits = Below(32 - int.LeadingZeroCount(most) + 1);
        return Math.Min(most, bits == 0 ? 0 : (1 << (bits - 1)) + Below(1 << (bits - 1)));
    }

    public TimeSpan Milliseconds(int least, int most) => TimeSpan.FromMilliseconds(Between(least, most));

    /// <summary>Scrambles a number so that neighbours have nothing in common.</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
