using System.Runtime.InteropServices;
using ZstdSharp.Unsafe;

namespace PollHttp.Decoding;

/// <summary>Holds the state of a zstd decoder, which is outside the managed heap.</summary>
internal sealed unsafe class ZstandardContext : SafeHandle
{
    /// <param name="windowLog">The binary logarithm of the largest window.</param>
    public ZstandardContext(int windowLog)
        : base(0, ownsHandle: true)
    {
        SetHandle((nint)Methods.ZSTD_createDCtx());
        if (IsInvalid)
        {
            throw new OutOfMemoryException();
        }

        _ = Methods.ZSTD_DCtx_setParameter((ZSTD_DCtx_s*)handle, ZSTD_dParameter.ZSTD_d_windowLogMax, windowLog);
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Decodes up to the end of one frame. Returns false if the data is invalid.</summary>
    /// <param name="input">At least one byte, unless output is pending.</param>
    /// <param name="output">At least one byte.</param>
    /// <param name="consumed">The number of input bytes used.</param>
    /// <param name="written">The number of bytes written.</param>
    /// <param name="isEnd">Whether the frame has ended and its whole content was written.</param>
    public bool TryDecode(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written, out bool isEnd)
    {
        fixed (byte* from = input, to = output)
        {
            ZSTD_inBuffer_s source = new() { src = from, size = (nuint)input.Length };
            ZSTD_outBuffer_s target = new() { dst = to, size = (nuint)output.Length };
            nuint result = Methods.ZSTD_decompressStream((ZSTD_DCtx_s*)handle, &target, &source);
            GC.KeepAlive(this);
            consumed = (int)source.pos;
            written = (int)target.pos;
            isEnd = result == 0;
            return !Methods.ZSTD_isError(result);
        }
    }

    protected override bool ReleaseHandle()
    {
        _ = Methods.ZSTD_freeDCtx((ZSTD_DCtx_s*)handle);
        return true;
    }
}
