using System.IO.Compression;

namespace PollHttp;

/// <summary>
/// Decodes gzip or deflate as the bytes come, without waiting for any: what is not there yet looks to the decompressor like an
/// end, from which it goes on when more is fed. Whether the real end was one is asked at the end.
/// </summary>
internal sealed class PolledDecoder : IDisposable
{
    // A gzip member of one byte, 'P'. Fed behind the end, it comes out as that byte only if a member has just ended.
    private static readonly byte[] s_probe = MakeProbe();

    private readonly Feed _feed = new();
    private readonly bool _isGzip;
    private Stream? _decompressor;
    private bool _any;

    public PolledDecoder(bool isGzip) => _isGzip = isGzip;

    /// <summary>Gives the next bytes; they are read from the given memory until <see cref="Read"/> has returned 0.</summary>
    public void Give(ReadOnlyMemory<byte> bytes)
    {
        _any |= !bytes.IsEmpty;
        _feed.Current = bytes;
        if (_decompressor is null)
        {
            _feed.KeepFirst();
        }
    }

    /// <summary>Decoded bytes, as many as there are and fit; 0: give more.</summary>
    /// <exception cref="InvalidDataException">The data is damaged.</exception>
    public int Read(Span<byte> destination)
    {
        if (_decompressor is null && !TryBegin())
        {
            return 0;
        }

        return _decompressor!.Read(destination);
    }

    /// <summary>Fails when the bytes end inside the encoded data. No bytes at all are an empty body .</summary>
    /// <exception cref="InvalidDataException">The data is cut short, or something follows it.</exception>
    public void CheckEnd()
    {
        if (!_any)
        {
            return;
        }

        Span<byte> rest = stackalloc byte[2];
        bool isWhole;
        if (_isGzip)
        {
            Give(s_probe);
            isWhole = Read(rest) == 1 && rest[0] == (byte)'P' && Read(rest) == 0;
        }
        else
        {
            _feed.WasAsked = false;
            isWhole = Read(rest) == 0 && _decompressor is not null && !_feed.WasAsked;
        }

        if (!isWhole)
        {
            throw new InvalidDataException("The encoded data ends early.");
        }
    }

    public void Dispose() => _decompressor?.Dispose();

    /// <summary>Deflate means zlib by the RFC and bare deflate with some servers; the first two bytes tell .</summary>
    private bool TryBegin()
    {
        if (_isGzip)
        {
            _decompressor = new GZipStream(_feed, CompressionMode.Decompress);
        }
        else if (_feed.FirstTwo is { } start)
        {
            bool isZlib = (start >> 8 & 0x0F) == 8 && start % 31 == 0;
            _decompressor = isZlib ? new ZLibStream(_feed, CompressionMode.Decompress) : new DeflateStream(_feed, CompressionMode.Decompress);
        }

        return _decompressor is not null;
    }

    private static byte[] MakeProbe()
    {
        MemoryStream bytes = new();
        using (GZipStream gzip = new(bytes, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.WriteByte((byte)'P');
        }

        return bytes.ToArray();
    }

    /// <summary>What the decompressor reads from: memory given piece by piece.</summary>
    private sealed class Feed : Stream
    {
        private readonly List<byte> _first = [];

        public ReadOnlyMemory<byte> Current { get; set; }

        public bool WasAsked { get; set; }

        /// <summary>The first two bytes as a number, once they are there.</summary>
        public int? FirstTwo => _first.Count + Current.Length < 2 ? null : (At(0) << 8) | At(1);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        /// <summary>Takes over a piece too short to tell the format by: it must outlive its memory.</summary>
        public void KeepFirst()
        {
            if (_first.Count + Current.Length < 2)
            {
                _first.AddRange(Current.Span);
                Current = default;
            }
        }

        public override int Read(Span<byte> buffer)
        {
            WasAsked = true;
            if (_first.Count > 0 && !buffer.IsEmpty)
            {
                buffer[0] = _first[0];
                _first.RemoveAt(0);
                return 1;
            }

            int count = Math.Min(buffer.Length, Current.Length);
            Current.Span[..count].CopyTo(buffer);
            Current = Current[count..];
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
            // Nothing is kept back.
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private byte At(int index) => index < _first.Count ? _first[index] : Current.Span[index - _first.Count];
    }
}
