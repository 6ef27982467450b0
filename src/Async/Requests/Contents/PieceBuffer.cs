namespace PollHttp.Requests;

/// <summary>The buffer a source is read into: small for small contents, larger once the source has filled it.</summary>
/// <remarks>
/// Give it back after an orderly end only: when a write has failed, the connection may still hold the last piece, and the
/// garbage collector takes the buffer.
/// </remarks>
internal struct PieceBuffer
{
    private const int FirstSize = 64 * 1024;

    // Larger pieces mean fewer turns between the source and the connection; beyond this the gain is no longer measurable.
    private const int LargeSize = 256 * 1024;

    private byte[] _array;

    public PieceBuffer() => _array = ArrayPool<byte>.Shared.Rent(FirstSize);

    public readonly Memory<byte> Memory => _array;

    /// <summary>Called when the piece of <paramref name="count"/> bytes has been written.</summary>
    public void AfterPiece(int count)
    {
        if (count == _array.Length && count < LargeSize)
        {
            Return();
            _array = ArrayPool<byte>.Shared.Rent(LargeSize);
        }
    }

    public readonly void Return() => ArrayPool<byte>.Shared.Return(_array);
}
