namespace PollHttp.Testing;

/// <summary>Specifies the link between client and server.</summary>
public sealed class LinkOptions
{
    private readonly TimeSpan _latency;
    private readonly int _segmentSize = int.MaxValue;
    private readonly int _sendWindow = 256 * 1024;

    /// <summary>Gets or sets how long a byte, a connect, an end or a reset takes one way; zero by default.</summary>
    public TimeSpan Latency
    {
        get => _latency;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            _latency = value;
        }
    }

    /// <summary>Gets or sets the rate in bytes per second, in each direction of each connection; null (default) for no limit.</summary>
    public long? BytesPerSecond
    {
        get;
        init
        {
            if (value is { } rate)
            {
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate, nameof(value));
            }

            field = value;
        }
    }

    /// <summary>Gets or sets the maximum number of bytes of one read of the client; by default as many as are available.</summary>
    public int SegmentSize
    {
        get => _segmentSize;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            _segmentSize = value;
        }
    }

    /// <summary>Gets or sets a value indicating whether reads are cut at random (from the network's seed) between 1 byte and
    /// <see cref="SegmentSize"/>.</summary>
    public bool RandomSegments { get; init; }

    /// <summary>
    /// Gets or sets how many bytes the client may have sent that the server has not read; beyond that writes would block. 256 KiB by
    /// default.
    /// </summary>
    public int SendWindow
    {
        get => _sendWindow;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            _sendWindow = value;
        }
    }
}
