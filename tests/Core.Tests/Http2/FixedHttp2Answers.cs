using System.Buffers.Binary;

namespace PollHttp.Testing.Http2;

/// <summary>The least of an HTTP/2 server: each request gets the same response of 13 bytes. It allocates nothing, so that what a client does
/// can be counted.</summary>
internal sealed class FixedHttp2Answers
{
    private const int PrefaceSize = 24;
    private const int HeaderSize = 9;

    // :status 200; content-length without indexing, 13 (RFC 7541 appendix A)
    private static ReadOnlySpan<byte> Fields => [0x88, 0x0F, 0x0D, 2, (byte)'1', (byte)'3'];

    private readonly byte[] _output = new byte[64 * 1024];
    private bool _hasPreface;

    /// <summary>Answers the whole frames at the start of what was received.</summary>
    /// <param name="received">All that was received and not taken yet.</param>
    /// <param name="output">What to send; valid until the next call.</param>
    /// <returns>How many bytes were taken.</returns>
    public int Answer(ReadOnlySpan<byte> received, out ReadOnlySpan<byte> output)
    {
        int taken = 0;
        int written = 0;
        if (!_hasPreface && received.Length >= PrefaceSize)
        {
            _hasPreface = true;
            taken = PrefaceSize;
            Write(ref written, 4, 0, 0, []); // SETTINGS, all by default
        }

        while (_hasPreface && received.Length - taken >= HeaderSize)
        {
            ReadOnlySpan<byte> frame = received[taken..];
            int length = (frame[0] << 16) | (frame[1] << 8) | frame[2];
            if (frame.Length < HeaderSize + length)
            {
                break;
            }

            int stream = BinaryPrimitives.ReadInt32BigEndian(frame[5..]) & int.MaxValue;
            switch (frame[3])
            {
                case 1: // HEADERS, which end the request
                    Write(ref written, 1, 4, stream, Fields);
                    Write(ref written, 0, 1, stream, "Hello, World!"u8);
                    break;
                case 4 when (frame[4] & 1) == 0: // SETTINGS
                    Write(ref written, 4, 1, 0, []);
                    break;
            }

            taken += HeaderSize + length;
        }

        output = _output.AsSpan(0, written);
        return taken;
    }

    private void Write(ref int written, byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        Span<byte> frame = _output.AsSpan(written);
        frame[0] = 0;
        frame[1] = 0;
        frame[2] = (byte)payload.Length;
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame[5..], stream);
        payload.CopyTo(frame[HeaderSize..]);
        written += HeaderSize + payload.Length;
    }
}
