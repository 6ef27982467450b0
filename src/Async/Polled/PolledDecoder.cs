using System.Globalization;

namespace PollHttp;

/// <summary>Undoes the codings of a body as its pieces come, into whatever room there is.</summary>
internal sealed class PolledDecoder(DecoderChain chain) : IDisposable
{
    /// <summary>Those of <see cref="DecompressionOptions.MaxRatio"/>, for codings that know no bound of their own.</summary>
    private const int MaxRatio = 2_000;
    private const long RatioFloor = 16 * 1024 * 1024;

    private ReadOnlyMemory<byte> _left;
    private long _used;
    private long _made;
    private bool _isBroken;

    /// <summary>Gives the next bytes; they are read from the given memory until <see cref="Read"/> has returned 0.</summary>
    public void Give(ReadOnlyMemory<byte> bytes) => _left = bytes;

    /// <summary>Decoded bytes, as many as there are and fit; 0: give more.</summary>
    /// <exception cref="InvalidDataException">The data is damaged, or inflates beyond all measure. What came before it was returned.</exception>
    public int Read(Span<byte> destination)
    {
        while (true)
        {
            if (_isBroken)
            {
                throw new InvalidDataException(chain.Problem);
            }

            _isBroken = chain.Decode(_left.Span, destination, out int used, out int made) == DecodeStatus.Malformed;
            _left = _left[used..];
            _used += used;
            _made += made;
            CheckRatio();
            if (made > 0 || (_left.IsEmpty && !_isBroken))
            {
                return made;
            }
        }
    }

    /// <summary>Fails when the bytes end inside the encoded data. No bytes at all are an empty body .</summary>
    /// <exception cref="InvalidDataException">The data is cut short.</exception>
    public void CheckEnd()
    {
        if (!chain.MayEnd)
        {
            throw new InvalidDataException($"{chain.Unfinished}: the encoded data ends early");
        }
    }

    public void Dispose() => chain.Dispose();

    private void CheckRatio()
    {
        if (chain.IsUnbounded && _made > RatioFloor && _made / MaxRatio > _used)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{_used:N0} bytes became {_made:N0}"));
        }
    }
}
