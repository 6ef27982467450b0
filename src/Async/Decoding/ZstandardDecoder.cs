using ZstdSharp;
using ZstdSharp.Unsafe;

namespace PollHttp;

/// <summary><c>zstd</c> (RFC 8878): any number of frames, with a window of at most 8 MiB (RFC 9659).</summary>
internal sealed class ZstandardDecoder : ContentDecoder
{
    private const int WindowLog = 23;
    private const string Problems = "the data is invalid, or asks for a window of more than 8 MiB";

    private readonly Decompressor _decoder = new();

    public ZstandardDecoder() => _decoder.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, WindowLog);

    public override string Name => "zstd";

    public override bool IsUnbounded => true;

    /// <summary>A frame begins with 28 B5 2F FD, one to be skipped with 50 to 5F and 2A 4D 18.</summary>
    public override bool TryRestart(byte first) => first is 0x28 or (>= 0x50 and <= 0x5F);

    public override DecodeStatus Decode(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        try
        {
            return _decoder.UnwrapStream(input, output, out consumed, out written) switch
            {
                OperationStatus.Done => DecodeStatus.Ended,
                OperationStatus.DestinationTooSmall => DecodeStatus.OutputFull,
                OperationStatus.NeedMoreData => DecodeStatus.NeedsInput,
                _ => Fail(Problems),
            };
        }
        catch (ZstdException)
        {
            consumed = 0;
            written = 0;
            return Fail(Problems);
        }
    }

    public override void Dispose() => _decoder.Dispose();
}
