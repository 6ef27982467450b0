namespace PollHttp.Requests;

/// <summary>Manages the buffer that a source is read into: small for small contents, larger once the source has filled it.</summary>
/// <remarks>
/// Return it only after a successful end: when a write has failed, the connection may still hold the last piece, so the buffer is left to
/// the garbage collector.
/// </remarks>
internal struct PieceBuffer
{
    private const int FirstSize = 64 * 1024;

    // Larger pieces mean fewer turns between the source and the connection; beyond this size the gain is not measurable.
    private const int LargeSize = 256 * 1024;

    private byte[] _array;

    public PieceBuffer() => _array = ArrayPool<byte>.Shared.Rent(FirstSize);

    public readonly Memory<byte> Memory => _array;

    /// <summary>Handles that the piece of <paramref name="count"/> bytes was written.</summary>
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
