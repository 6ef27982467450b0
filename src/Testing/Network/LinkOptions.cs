namespace PollHttp.Testing;

/// <summary>What the way between client and server is like.</summary>
public sealed class LinkOptions
{
    private readonly TimeSpan _latency;
    private readonly int _segmentSize = int.MaxValue;
    private readonly int _sendWindow = 256 * 1024;

    /// <summary>How long a byte, a connect, an end or a reset takes one way. Default: no time.</summary>
    public TimeSpan Latency
    {
        get => _latency;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            _latency = value;
        }
    }

    /// <summary>How many bytes a second fit through, in each direction of each connection; null (default) for no limit.</summary>
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

    /// <summary>Gets or sets the most bytes one read of the client gives. Default: as many as there are.</summary>
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

    /// <summary>How many bytes the client may have sent that the server has not read; then writes would block. Default: 256 KiB.</summary>
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
