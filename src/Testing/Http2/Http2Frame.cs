using System.Buffers.Binary;

namespace PollHttp.Testing;

/// <summary>Represents a frame of HTTP/2 (RFC 9113 §4.1), valid or not: nothing is checked, so that a test can send invalid
/// frames.</summary>
/// <param name="Type">The number of its type.</param>
/// <param name="Flags">Its flags.</param>
/// <param name="StreamId">The stream; 0 for the connection.</param>
/// <param name="Payload">The bytes after the nine octets of the header.</param>
public readonly record struct Http2Frame(Http2FrameType Type, Http2FrameFlags Flags, int StreamId, ReadOnlyMemory<byte> Payload)
{
    internal const int HeaderSize = 9;

    /// <summary>Makes SETTINGS of identifiers and values.</summary>
    public static Http2Frame Settings(params (int Id, uint Value)[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        byte[] payload = new byte[values.Length * 6];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(i * 6), (ushort)values[i].Id);
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan((i * 6) + 2), values[i].Value);
        }

        return new(Http2FrameType.Settings, Http2FrameFlags.None, 0, payload);
    }

    /// <summary>Makes the acknowledgement of SETTINGS.</summary>
    public static Http2Frame SettingsAck() => new(Http2FrameType.Settings, Http2FrameFlags.Ack, 0, default);

    /// <summary>Makes HEADERS with a whole field block, in literals.</summary>
    public static Http2Frame Headers(int streamId, bool endStream, params (string Name, string Value)[] fields) =>
        Headers(streamId, endStream, Http2Fields.Encode(fields));

    /// <summary>Makes HEADERS with a whole field block.</summary>
    public static Http2Frame Headers(int streamId, bool endStream, byte[] block) =>
        new(Http2FrameType.Headers, Http2FrameFlags.EndHeaders | (endStream ? Http2FrameFlags.EndStream : 0), streamId, block);

    /// <summary>Makes DATA of text as Latin-1.</summary>
    public static Http2Frame Data(int streamId, string latin1, bool endStream = false) =>
        Data(streamId, System.Text.Encoding.Latin1.GetBytes(latin1), endStream);

    /// <summary>Makes DATA.</summary>
    public static Http2Frame Data(int streamId, ReadOnlyMemory<byte> data, bool endStream = false) =>
        new(Http2FrameType.Data, endStream ? Http2FrameFlags.EndStream : 0, streamId, data);

    /// <summary>Makes RST_STREAM.</summary>
    public static Http2Frame Reset(int streamId, uint code) => new(Http2FrameType.RstStream, Http2FrameFlags.None, streamId, Number(code));

    /// <summary>Makes WINDOW_UPDATE.</summary>
    public static Http2Frame WindowUpdate(int streamId, uint increment) =>
        new(Http2FrameType.WindowUpdate, Http2FrameFlags.None, streamId, Number(increment));

    /// <summary>Makes PING of eight octets, or the acknowledgement of one.</summary>
    public static Http2Frame Ping(ReadOnlyMemory<byte> octets, bool ack = false) =>
        new(Http2FrameType.Ping, ack ? Http2FrameFlags.Ack : Http2FrameFlags.None, 0, octets);

    /// <summary>Makes GOAWAY.</summary>
    public static Http2Frame GoAway(int lastStreamId, uint code, string debug = "")
    {
        ArgumentNullException.ThrowIfNull(debug);
        return new(Http2FrameType.GoAway, Http2FrameFlags.None, 0, (byte[])[.. Number((uint)lastStreamId), .. Number(code), .. System.Text.Encoding.Latin1.GetBytes(debug)]);
    }

    /// <summary>Gets the octets of header and payload.</summary>
    public byte[] ToArray()
    {
        byte[] octets = new byte[HeaderSize + Payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(octets, (uint)Payload.Length << 8);
        octets[3] = (byte)Type;
        octets[4] = (byte)Flags;
        BinaryPrimitives.WriteInt32BigEndian(octets.AsSpan(5), StreamId);
        Payload.CopyTo(octets.AsMemory(HeaderSize));
        return octets;
    }

    /// <summary>Reads one frame from the start of octets; returns null if it is incomplete.</summary>
    internal static Http2Frame? TryRead(ReadOnlySpan<byte> octets, out int consumed)
    {
        consumed = 0;
        if (octets.Length < HeaderSize)
        {
            return null;
        }

        int length = (octets[0] << 16) | (octets[1] << 8) | octets[2];
        if (octets.Length < HeaderSize + length)
        {
            return null;
        }

        consumed = HeaderSize + length;
        int streamId = (int)(BinaryPrimitives.ReadUInt32BigEndian(octets[5..]) & 0x7FFF_FFFF);
        return new((Http2FrameType)octets[3], (Http2FrameFlags)octets[4], streamId, octets.Slice(HeaderSize, length).ToArray());
    }

    internal uint ReadNumber(int offset = 0) => BinaryPrimitives.ReadUInt32BigEndian(Payload.Span[offset..]);

    private static byte[] Number(uint value)
    {
        byte[] octets = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, value);
        return octets;
    }
}
