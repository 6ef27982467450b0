namespace PollHttp.Requests;

/// <summary>
/// Manages the buffers that a source is read into: small for small contents, larger once the source has filled one. While a piece is being
/// sent, the next one is read into a second buffer.
/// </summary>
/// <remarks>
/// Return them only after a successful end: when a write has failed, the connection may still hold the last piece, so the buffers are left
/// to the garbage collector.
/// </remarks>
internal struct PieceBuffer
{
    private const int FirstSize = 64 * 1024;

    // Larger pieces mean fewer turns between the source and the connection; beyond this size the gain is not measurable.
    private const int LargeSize = 256 * 1024;

    private byte[] _array;
    private byte[]? _other;

    public PieceBuffer() => _array = ArrayPool<byte>.Shared.Rent(FirstSize);

    /// <summary>Gets the memory to read the next piece into.</summary>
    public readonly Memory<byte> Memory => _array;

    /// <summary>Handles that the piece of <paramref name="count"/> bytes is written, or being written; no earlier one still is.</summary>
    public void AfterPiece(int count, bool isWritten)
    {
        int size = count == _array.Length ? LargeSize : FirstSize;
        if (!isWritten)
        {
            (_array, _other) = (_other ?? ArrayPool<byte>.Shared.Rent(size), _array);
        }

        if (_array.Length < size)
        {
            ArrayPool<byte>.Shared.Return(_array);
            _array = ArrayPool<byte>.Shared.Rent(size);
        }
    }

    public readonly void Return()
    {
        ArrayPool<byte>.Shared.Return(_array);
        if (_other is not null)
        {
            ArrayPool<byte>.Shared.Return(_other);
        }
    }
}
