using System.Buffers.Binary;

namespace PollHttp.Core.Http2;

/// <summary>Represents the nine octets before each payload (RFC 9113 §4.1).</summary>
/// <param name="Length">The number of octets of the payload.</param>
/// <param name="Type">The type; unknown values belong to extensions.</param>
/// <param name="Flags">The flags.</param>
/// <param name="StreamId">The stream, without the reserved bit; 0 for the connection.</param>
internal readonly record struct FrameHeader(int Length, FrameType Type, FrameFlags Flags, int StreamId)
{
    public const int Size = 9;

    public bool Has(FrameFlags flag) => (Flags & flag) != 0;

    public static FrameHeader Read(ReadOnlySpan<byte> octets) => new(
        (octets[0] << 16) | (octets[1] << 8) | octets[2],
        (FrameType)octets[3],
        (FrameFlags)octets[4],
        (int)(BinaryPrimitives.ReadUInt32BigEndian(octets[5..]) & 0x7FFF_FFFF));

    public void Write(Span<byte> destination)
    {
        destination[0] = (byte)(Length >> 16);
        destination[1] = (byte)(Length >> 8);
        destination[2] = (byte)Length;
        destination[3] = (byte)Type;
        destination[4] = (byte)Flags;
        BinaryPrimitives.WriteInt32BigEndian(destination[5..], StreamId);
    }
}
