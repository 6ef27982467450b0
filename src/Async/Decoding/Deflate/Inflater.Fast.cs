using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PollHttp.Decoding;

// Decodes symbols while there is plenty of input and room, which is nearly always. Bounds are checked once a step, not once a byte.
internal sealed partial class Inflater
{
    /// <summary>The most bytes that a step writes: three literals, or two and the longest match, and the overrun of the last copy.</summary>
    private const int StepRoom = 3 + 258 + (2 * CopySize);

    private const int CopySize = 16;

    /// <summary>
    /// Decodes literals and matches while a step has eight bytes of input and <see cref="StepRoom"/>. It stops before anything else (the end of
    /// a block, an error in the data) and takes nothing of that. Output beyond what is decoded may be overwritten, within the bounds of the
    /// output.
    /// </summary>
    private void DecodeWithRoom(ref BitInput input, Span<byte> output, ref int written)
    {
        const uint LiteralMask = (1u << DeflateTables.LiteralBits) - 1;
        const uint DistanceMask = (1u << DeflateTables.DistanceBits) - 1;
        int reads = input.Input.Length - input.At - sizeof(ulong);
        int writes = output.Length - written - StepRoom;
        if (reads < 0 || writes < 0)
        {
            return;
        }

        // Everything used in each step is in a register. Positions are references, not indexes, and no address of a local is taken.
        ref byte firstSource = ref MemoryMarshal.GetReference(input.Input);
        ref byte source = ref Unsafe.Add(ref firstSource, input.At);
        ref byte lastSource = ref Unsafe.Add(ref source, reads);
        ref byte firstTarget = ref MemoryMarshal.GetReference(output);
        ref byte target = ref Unsafe.Add(ref firstTarget, written);
        ref byte lastTarget = ref Unsafe.Add(ref target, writes);
        ref HuffmanEntry literals = ref MemoryMarshal.GetReference(_literalCode.Entries);
        ref HuffmanEntry distances = ref MemoryMarshal.GetReference(_distanceCode.Entries);
        ulong bits = input.Bits;
        int count = input.Count;
        while (!Unsafe.IsAddressGreaterThan(ref source, ref lastSource) && !Unsafe.IsAddressGreaterThan(ref target, ref lastTarget))
        {
            // At least 56 bits: enough for three direct literals, or for a match.
            bits |= Read(ref source) << count;
            source = ref Unsafe.Add(ref source, (63 - count) >> 3);
            count |= 56;
            HuffmanEntry entry = Unsafe.Add(ref literals, (uint)bits & LiteralMask);
            if (entry.IsLiteral)
            {
                target = (byte)entry.Value;
                target = ref Unsafe.Add(ref target, 1);
                bits >>= entry.Bits;
                count -= entry.Bits;
                entry = Unsafe.Add(ref literals, (uint)bits & LiteralMask);
                if (entry.IsLiteral)
                {
                    target = (byte)entry.Value;
                    target = ref Unsafe.Add(ref target, 1);
                    bits >>= entry.Bits;
                    count -= entry.Bits;
                    entry = Unsafe.Add(ref literals, (uint)bits & LiteralMask);
                    if (entry.IsLiteral)
                    {
                        target = (byte)entry.Value;
                        target = ref Unsafe.Add(ref target, 1);
                        bits >>= entry.Bits;
                        count -= entry.Bits;
                        continue;
                    }
                }

                if (Unsafe.IsAddressGreaterThan(ref source, ref lastSource))
                {
                    break;
                }

                bits |= Read(ref source) << count;
                source = ref Unsafe.Add(ref source, (63 - count) >> 3);
                count |= 56;
            }

            if (entry.IsPointer)
            {
                entry = Unsafe.Add(ref literals, (uint)entry.Value + ((uint)(bits >> DeflateTables.LiteralBits) & ((1u << entry.Bits) - 1)));
                if (entry.IsLiteral)
                {
                    target = (byte)entry.Value;
                    target = ref Unsafe.Add(ref target, 1);
                    bits >>= entry.Bits;
                    count -= entry.Bits;
                    continue;
                }
            }

            if (entry.IsSpecial)
            {
                break;
            }

            int length = entry.ValueIn(bits);
            int lengthBits = entry.Bits;
            ulong rest = bits >> lengthBits;
            entry = Unsafe.Add(ref distances, (uint)rest & DistanceMask);
            if (entry.IsPointer)
            {
                entry = Unsafe.Add(ref distances, (uint)entry.Value + ((uint)(rest >> DeflateTables.DistanceBits) & ((1u << entry.Bits) - 1)));
            }

            int distance = entry.ValueIn(rest);
            int back = distance - (int)Unsafe.ByteOffset(ref firstTarget, ref target);
            if (entry.IsSpecial || back > _windowLength)
            {
                break;
            }

            bits = rest >> entry.Bits;
            count -= lengthBits + entry.Bits;
            if (back > 0)
            {
                int at = (int)Unsafe.ByteOffset(ref firstTarget, ref target);
                CopyFromWindow(output, at, back, length);
            }
            else if (distance >= CopySize)
            {
                CopyApart(ref Unsafe.Subtract(ref target, distance), ref target, length);
            }
            else
            {
                CopyRepeating(ref target, distance, length);
            }

            target = ref Unsafe.Add(ref target, length);
        }

        input.Resume(bits, count, (int)Unsafe.ByteOffset(ref firstSource, ref source));
        written = (int)Unsafe.ByteOffset(ref firstTarget, ref target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read(ref byte source)
    {
        ulong read = Unsafe.ReadUnaligned<ulong>(ref source);
        return BitConverter.IsLittleEndian ? read : BinaryPrimitives.ReverseEndianness(read);
    }

    /// <summary>Copies a match that begins in the output of earlier calls.</summary>
    private void CopyFromWindow(Span<byte> output, int at, int back, int length)
    {
        int inWindow = (_windowAt - back) & (WindowSize - 1);
        if (length <= back && inWindow + length <= WindowSize)
        {
            CopyApart(ref _window[inWindow], ref output[at], length);
            return;
        }

        _left = length;
        _distance = back + at;
        CopyMatch(output, ref at);
    }

    /// <summary>Copies in steps that may overrun the end by up to twice <see cref="CopySize"/>. The source is at least
    /// <see cref="CopySize"/> away.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyApart(ref byte source, ref byte target, int length)
    {
        Vector128.LoadUnsafe(ref source).StoreUnsafe(ref target);
        Vector128.LoadUnsafe(ref source, CopySize).StoreUnsafe(ref target, CopySize); // often not needed, but it needs no branch
        for (int done = 2 * CopySize; done < length; done += CopySize)
        {
            Vector128.LoadUnsafe(ref source, (nuint)done).StoreUnsafe(ref target, (nuint)done);
        }
    }

    /// <summary>Copies a match whose source is so near before its target that it repeats itself.</summary>
    private static void CopyRepeating(ref byte target, int distance, int length)
    {
        ref byte source = ref Unsafe.Subtract(ref target, distance);
        if (distance == 1)
        {
            Vector128<byte> repeated = Vector128.Create(source);
            for (int done = 0; done < length; done += CopySize)
            {
                repeated.StoreUnsafe(ref target, (nuint)done);
            }

            return;
        }

        // Each step writes eight bytes, of which as many are right as the distance is long.
        int step = Math.Min(distance, sizeof(ulong));
        for (int done = 0; done < length; done += step)
        {
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, done), Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref source, done)));
        }
    }
}
