namespace PollHttp;

/// <summary>Specifies what a <see cref="HarRecorder"/> keeps. Read when the recorder is created.</summary>
public sealed class HarOptions
{
    private int _maxEntries = 1000;
    private long _maxBytes = 64 * 1024 * 1024;
    private int _bodyBytes;

    /// <summary>Gets or sets the maximum number of attempts, at least 1; 1000. Beyond it the oldest are dropped.</summary>
    public int MaxEntries
    {
        get => _maxEntries;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _maxEntries = value;
        }
    }

    /// <summary>
    /// Gets or sets the maximum total size as JSON, in bytes; 64 MiB. Beyond it the oldest entries are dropped, even a single entry that is
    /// larger.
    /// </summary>
    public long MaxBytes
    {
        get => _maxBytes;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _maxBytes = value;
        }
    }

    /// <summary>
    /// Gets or sets how many bytes of each body are kept, from its beginning: as text if it is text, else as base64; 0. Bodies may contain
    /// secrets; only those of forms are removed.
    /// </summary>
    public int BodyBytes
    {
        get => _bodyBytes;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _bodyBytes = value;
        }
    }

    /// <summary>Gets or sets what is shown of addresses, fields, cookies and forms.</summary>
    public WireRedaction Redaction { get; set; } = new();
}
