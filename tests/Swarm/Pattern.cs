using System.Buffers.Binary;

namespace PollHttp.Swarm;

/// <summary>
/// The bytes of every body: each group of eight follows from the number of its message and its place, so that any byte can be checked
/// where it turns up, and a foreign one can be told whose it is. Letters only, so that a coding has something to save.
/// </summary>
internal static class Pattern
{
    private const ulong Low = 0x0F0F0F0F0F0F0F0F;
    private const ulong Letters = 0x6161616161616161; // 'a' + 0…15

    /// <summary>Gets the number that stands for a request's content, other than that of its response.</summary>
    public static long OfContent(int number) => -1L - number;

    public static void Fill(long message, long offset, Span<byte> bytes)
    {
        Span<byte> group = stackalloc byte[8];
        for (int done = 0; done < bytes.Length;)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(group, GroupAt(message, (offset + done) >> 3));
            int skip = (int)((offset + done) & 7);
            int count = Math.Min(8 - skip, bytes.Length - done);
            group.Slice(skip, count).CopyTo(bytes[done..]);
            done += count;
        }
    }

    public static byte[] Make(long message, int length)
    {
        byte[] bytes = new byte[length];
        Fill(message, 0, bytes);
        return bytes;
    }

    /// <summary>Gets the index of the first byte that does not belong there, or -1.</summary>
    public static int FirstWrong(long message, long offset, ReadOnlySpan<byte> bytes)
    {
        Span<byte> expected = stackalloc byte[512];
        for (int done = 0; done < bytes.Length; done += expected.Length)
        {
            Span<byte> part = expected[..Math.Min(expected.Length, bytes.Length - done)];
            Fill(message, offset + done, part);
            int same = bytes.Slice(done, part.Length).CommonPrefixLength(part);
            if (same < part.Length)
            {
                return done + same;
            }
        }

        return -1;
    }

    /// <summary>Says whose bytes these are, if they are those of any message up to <paramref name="last"/> at about that place.</summary>
    public static string Whose(ReadOnlySpan<byte> bytes, long offset, int last)
    {
        ReadOnlySpan<byte> sample = bytes[..Math.Min(16, bytes.Length)];
        for (int number = 0; number <= last; number++)
        {
            for (long place = Math.Max(0, offset - 70_000); place < offset + 70_000; place += place < offset - 64 || place > offset + 64 ? 4096 : 1)
            {
                if (FirstWrong(number, place, sample) < 0)
                {
                    return $"bytes of response {number} at {place}";
                }
            }
        }

        return "bytes of no response: " + Convert.ToHexString(sample);
    }

    private static ulong GroupAt(long message, long group) => (Draw.Mix(unchecked(((ulong)message << 32) + (ulong)group + 0x9E3779B97F4A7C15)) & Low) + Letters;
}
