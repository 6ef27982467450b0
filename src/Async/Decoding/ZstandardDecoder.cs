namespace PollHttp.Decoding;

/// <summary>Decodes <c>zstd</c> (RFC 8878): any number of frames, with a window of at most 8 MiB (RFC 9659).</summary>
internal sealed class ZstandardDecoder : ContentDecoder
{
    private const int WindowLog = 23;

    private readonly ZstandardContext _context = new(WindowLog);
    private ZstandardFrameHeader _header;
    private ulong _made;
    private bool _mayHoldOutput;

    public override string Name => "zstd";

    public override bool IsUnbounded => true;

    public override bool MayBeFollowed => false;

    /// <summary>Determines whether a byte may begin a frame: 28 B5 2F FD, or for a skippable frame 50 to 5F and 2A 4D 18.</summary>
    public override bool TryRestart(byte first)
    {
        _header = default;
        _made = 0;
        return first is 0x28 or (>= 0x50 and <= 0x5F);
    }

    public override DecodeStatus Decode(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        if (output.IsEmpty)
        {
            return DecodeStatus.OutputFull; // the header is observed together with the consumed bytes
        }

        if (!_header.IsComplete)
        {
            _header.Add(input);
            if (_header.WindowSize > 1UL << WindowLog)
            {
                return Fail("it asks for a window of more than 8 MiB");
            }
        }

        // After some calls that can't do anything, the library treats the data as damaged.
        while (!output.IsEmpty && (consumed < input.Length || _mayHoldOutput))
        {
            bool isValid = _context.TryDecode(input[consumed..], output, out int used, out int made, out bool isEnd);
            consumed += used;
            written += made;
            output = output[made..];
            _made += (ulong)made;
            if (!isValid)
            {
                return Fail("the data is invalid");
            }

            _mayHoldOutput = output.IsEmpty && !isEnd;
            if (isEnd)
            {
                // The library compares the two only after a block that has content.
                return _header.ContentSize is { } size && size != _made
                    ? Fail("a frame does not have the size that it announces")
                    : DecodeStatus.Ended;
            }
        }

        return output.IsEmpty ? DecodeStatus.OutputFull : DecodeStatus.NeedsInput;
    }

    public override void Dispose() => _context.Dispose();
}
