namespace PollHttp.Decoding;

/// <summary>Computes the Adler-32 checksum of zlib (RFC 1950 §9).</summary>
internal static class Adler32
{
    private const uint Modulus = 65521;

    /// <summary>The number of bytes that can be added before a 32-bit sum could overflow.</summary>
    private const int Run = 5552;

    /// <summary>Continues a checksum with more bytes; the first value is 1.</summary>
    public static uint Append(uint adler, ReadOnlySpan<byte> bytes)
    {
        uint a = adler & 0xFFFF;
        uint b = adler >> 16;
        while (!bytes.IsEmpty)
        {
            int count = Math.Min(Run, bytes.Length);
            foreach (byte value in bytes[..count])
            {
                a += value;
                b += a;
            }

            a %= Modulus;
            b %= Modulus;
            bytes = bytes[count..];
        }

        return (b << 16) | a;
    }
}
