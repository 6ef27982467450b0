namespace PollHttp.Core.Http2.Hpack;

/// <summary>
/// Holds the name and the value of a field as they are decoded, one after the other. A field longer than the limit is dropped: its octets
/// are counted, and its Huffman codes are still decoded.
/// </summary>
internal sealed class FieldText
{
    private byte[] _text = new byte[256];
    private int _nameLength;
    private int _valueLength;

    /// <summary>Gets or sets the size up to which a field is kept.</summary>
    public int Keep { get; set; }

    /// <summary>Gets the number of octets that were dropped; 0 while the field is kept.</summary>
    public long Dropped { get; private set; }

    /// <summary>Gets the number of octets that were moved to make room.</summary>
    public long OctetsMoved { get; private set; }

    public ReadOnlySpan<byte> Name => _text.AsSpan(0, _nameLength);

    public ReadOnlySpan<byte> Value => _text.AsSpan(_nameLength, _valueLength);

    public void Clear()
    {
        _nameLength = _valueLength = 0;
        Dropped = 0;
    }

    /// <summary>Sets the name to one from a table.</summary>
    public void SetName(ReadOnlySpan<byte> name)
    {
        MakeRoom(name.Length);
        name.CopyTo(_text);
        _nameLength = name.Length;
    }

    /// <summary>Appends the next octets of the name, which comes first, or of the value.</summary>
    /// <returns>False when the string contains the symbol that ends strings.</returns>
    public bool TryAppend(ReadOnlySpan<byte> octets, bool isName, bool isHuffman, ref HuffmanDecoder huffman)
    {
        // The shortest code has five bits.
        int most = isHuffman ? (octets.Length * 8 / 5) + 1 : octets.Length;
        int used = _nameLength + _valueLength;
        int written = octets.Length;
        if (Dropped > 0 || used + (long)most > (2L * Keep) + 1024)
        {
            Dropped += used;
            _nameLength = _valueLength = 0;
            return TryDrop(octets, isHuffman, ref huffman);
        }

        MakeRoom(used + most);
        if (!isHuffman)
        {
            octets.CopyTo(_text.AsSpan(used));
        }
        else if (!huffman.Decode(octets, _text.AsSpan(used), out written))
        {
            return false;
        }

        if (isName)
        {
            _nameLength += written;
        }
        else
        {
            _valueLength += written;
        }

        if (_nameLength + _valueLength > Keep)
        {
            Dropped = _nameLength + _valueLength;
            _nameLength = _valueLength = 0;
        }

        return true;
    }

    private bool TryDrop(ReadOnlySpan<byte> octets, bool isHuffman, ref HuffmanDecoder huffman)
    {
        if (!isHuffman)
        {
            Dropped += octets.Length;
            return true;
        }

        Span<byte> scratch = stackalloc byte[160];
        while (!octets.IsEmpty)
        {
            ReadOnlySpan<byte> piece = octets[..Math.Min(octets.Length, 96)];
            if (!huffman.Decode(piece, scratch, out int written))
            {
                return false;
            }

            Dropped += written;
            octets = octets[piece.Length..];
        }

        return true;
    }

    private void MakeRoom(int length)
    {
        if (length > _text.Length)
        {
            OctetsMoved += _text.Length;
            Array.Resize(ref _text, Math.Max(length, _text.Length * 2));
        }
    }
}
