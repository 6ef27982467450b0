using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Arm = System.Runtime.Intrinsics.Arm;

namespace PollHttp.Decoding;

/// <summary>Computes the CRC-32 of gzip (RFC 1952 §8), with processor instructions if available, otherwise eight bytes a step.</summary>
internal static class Crc32
{
    /// <summary>The size of the four vectors that are folded in parallel.</summary>
    private const int FoldedSize = 4 * 16;

    private static readonly uint[] s_table = MakeTable();

    /// <summary>Continues a checksum with more bytes; the first value is 0.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        if (Pclmulqdq.IsSupported && bytes.Length >= 2 * FoldedSize)
        {
            crc = Fold(crc, ref bytes);
        }
        else if (Arm.Crc32.Arm64.IsSupported)
        {
            for (; bytes.Length >= 8; bytes = bytes[8..])
            {
                crc = Arm.Crc32.Arm64.ComputeCrc32(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            }
        }

        return ~AppendByTable(crc, bytes);
    }

    /// <summary>Computes the value, not inverted, with tables alone. Tests compare the other ways with it.</summary>
    internal static uint AppendByTable(uint crc, ReadOnlySpan<byte> bytes)
    {
        uint[] table = s_table;
        while (bytes.Length >= 8)
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = table[(7 * 256) + (byte)low] ^ table[(6 * 256) + (byte)(low >> 8)]
                ^ table[(5 * 256) + (byte)(low >> 16)] ^ table[(4 * 256) + (int)(low >> 24)]
                ^ table[(3 * 256) + (byte)high] ^ table[(2 * 256) + (byte)(high >> 8)]
                ^ table[256 + (byte)(high >> 16)] ^ table[(int)(high >> 24)];
            bytes = bytes[8..];
        }

        foreach (byte b in bytes)
        {
            crc = table[(byte)(crc ^ b)] ^ (crc >> 8);
        }

        return crc;
    }

    /// <summary>
    /// Folds all whole vectors into one with the same remainder, as in Gopal et al., "Fast CRC Computation for Generic Polynomials Using
    /// PCLMULQDQ Instruction" (2009). The bytes after the last whole vector are left. The factors are powers of x modulo the polynomial,
    /// reflected: x^(512+32), x^(512-32) for four vectors, x^(128+32), x^(128-32) for one.
    /// </summary>
    private static uint Fold(uint crc, ref ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<Vector128<ulong>> vectors = MemoryMarshal.Cast<byte, Vector128<ulong>>(bytes);
        bytes = bytes[(vectors.Length * 16)..];
        Vector128<ulong> byFour = Vector128.Create(0x0154442BD4UL, 0x01C6E41596UL);
        Vector128<ulong> byOne = Vector128.Create(0x01751997D0UL, 0x00CCAA009EUL);
        Vector128<ulong> a = vectors[0] ^ Vector128.CreateScalar((ulong)crc);
        Vector128<ulong> b = vectors[1];
        Vector128<ulong> c = vectors[2];
        Vector128<ulong> d = vectors[3];
        vectors = vectors[4..];
        for (; vectors.Length >= 4; vectors = vectors[4..])
        {
            a = FoldInto(a, byFour, vectors[0]);
            b = FoldInto(b, byFour, vectors[1]);
            c = FoldInto(c, byFour, vectors[2]);
            d = FoldInto(d, byFour, vectors[3]);
        }

        a = FoldInto(FoldInto(FoldInto(a, byOne, b), byOne, c), byOne, d);
        foreach (Vector128<ulong> next in vectors)
        {
            a = FoldInto(a, byOne, next);
        }

        // The tables compute the remainder of the last vector.
        Span<byte> rest = stackalloc byte[16];
        a.AsByte().CopyTo(rest);
        return AppendByTable(0, rest);
    }

    private static Vector128<ulong> FoldInto(Vector128<ulong> value, Vector128<ulong> factors, Vector128<ulong> next) =>
        Pclmulqdq.CarrylessMultiply(value, factors, 0x00) ^ Pclmulqdq.CarrylessMultiply(value, factors, 0x11) ^ next;

    /// <summary>Creates the table. Row k has the effect of a byte on the value when k zero bytes follow it.</summary>
    private static uint[] MakeTable()
    {
        uint[] table = new uint[8 * 256];
        for (uint i = 0; i < 256; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
            }

            table[i] = crc;
        }

        for (int i = 256; i < table.Length; i++)
        {
            uint before = table[i - 256];
            table[i] = table[(byte)before] ^ (before >> 8);
        }

        return table;
    }
}
