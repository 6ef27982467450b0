using System.Buffers.Binary;

namespace PollHttp.Decoding;

/// <summary>Parses the header of one zstd frame (RFC 8878
/// §3.1.1.1) before the decoder, to check what the decoder does not always check: the size of the window and the size of the content.</summary>
internal struct ZstandardFrameHeader
{
    private const uint Magic = 0xFD2FB528;
    private const int MostBytes = 18;

    private Header _bytes;
    private int _count;

    /// <summary>
    /// Gets a value indicating whether the header is complete, or is not needed because the frame is skippable or malformed.
    /// </summary>
    public bool IsComplete { get; private set; }

    /// <summary>Gets the size of the window in bytes; 0 until known.</summary>
    public ulong WindowSize { get; private set; }

    /// <summary>Gets the announced size of the content, or null.</summary>
    public ulong? ContentSize { get; private set; }

    /// <summary>Adds the next bytes of the frame. The decoder consumes all of them if they end inside the header.</summary>
    public void Add(ReadOnlySpan<byte> input)
    {
        for (int i = 0; i < input.Length && !IsComplete; i++)
        {
            _bytes[_count++] = input[i];
            if (_count >= 5)
            {
                Read();
            }
        }
    }

    private void Read()
    {
        ReadOnlySpan<byte> bytes = _bytes;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
        {
            IsComplete = true;
            return;
        }

        int descriptor = bytes[4];
        bool isSingleSegment = (descriptor & 0x20) != 0;
        int dictionarySize = (descriptor & 3) switch { 0 => 0, 1 => 1, 2 => 2, _ => 4 };
        int contentSizeSize = (descriptor >> 6) switch { 0 => isSingleSegment ? 1 : 0, 1 => 2, 2 => 4, _ => 8 };
        int contentSizeAt = 5 + (isSingleSegment ? 0 : 1) + dictionarySize;
        if (_count < contentSizeAt + contentSizeSize)
        {
            return;
        }

        IsComplete = true;
        ReadOnlySpan<byte> size = bytes[contentSizeAt..];
        ContentSize = contentSizeSize switch
        {
            0 => null,
            1 => size[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(size) + 256u,
            4 => BinaryPrimitives.ReadUInt32LittleEndian(size),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(size),
        };
        ulong least = 1UL << (10 + (bytes[5] >> 3));
        WindowSize = isSingleSegment ? ContentSize!.Value : least + (least / 8 * (uint)(bytes[5] & 7));
    }

    [System.Runtime.CompilerServices.InlineArray(MostBytes)]
    private struct Header
    {
        private byte _first;
    }
}
