namespace PollHttp.Core.Http2.Hpack;

/// <summary>Decodes a prefixed integer octet by octet (RFC 7541 §5.1).</summary>
internal struct HpackInteger
{
    private const int MaxValue = 1 << 28;
    private const int MaxContinuations = 4;

    private int _continuations;

    /// <summary>Gets the value so far.</summary>
    public int Value { get; private set; }

    /// <summary>Begins an integer with the prefix bits of an octet.</summary>
    /// <returns>True when the integer is whole.</returns>
    public bool Start(byte octet, int prefix)
    {
        Value = octet & prefix;
        _continuations = 0;
        return Value < prefix;
    }

    /// <summary>Takes the next octet.</summary>
    /// <param name="octet">The octet.</param>
    /// <param name="isWhole">True if it was the last one.</param>
    /// <returns>False if the integer is larger than any that is accepted, or has too many octets.</returns>
    public bool TryContinue(byte octet, out bool isWhole)
    {
        isWhole = (octet & 0x80) == 0;
        long value = Value + ((long)(octet & 0x7F) << (7 * _continuations));
        if (++_continuations > MaxContinuations || value > MaxValue || (_continuations == MaxContinuations && !isWhole))
        {
            return false;
        }

        Value = (int)value;
        return true;
    }
}
