using System.IO.Compression;

namespace PollHttp.Decoding;

/// <summary>
/// Decodes <c>br</c> (RFC 7932) with the framework's decoder, which detects where the data ends. Its window is at most 16 MiB: "large
/// window" data is refused.
/// </summary>
internal sealed class BrotliContentDecoder : ContentDecoder
{
    private BrotliDecoder _decoder;

    public override string Name => "br";

    public override bool IsUnbounded => true;

    public override DecodeStatus Decode(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written) =>
        _decoder.Decompress(input, output, out consumed, out written) switch
        {
            OperationStatus.Done => DecodeStatus.Ended,
            OperationStatus.DestinationTooSmall => DecodeStatus.OutputFull,
            OperationStatus.NeedMoreData => DecodeStatus.NeedsInput,
            _ => Fail("the data is invalid"),
        };

    public override void Dispose() => _decoder.Dispose();
}
