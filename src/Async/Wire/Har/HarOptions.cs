namespace PollHttp;

/// <summary>What a <see cref="HarRecorder"/> keeps. Read when the recorder is made.</summary>
public sealed class HarOptions
{
    private int _maxEntries = 1000;
    private long _maxBytes = 64 * 1024 * 1024;
    private int _bodyBytes;

    /// <summary>How many attempts are kept, at least 1; 1000. With one more the oldest is dropped.</summary>
    public int MaxEntries
    {
        get => _maxEntries;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _maxEntries = value;
        }
    }

    /// <summary>How many bytes they may take as JSON, all together; 64 MiB. With more the oldest are dropped, a single one that is larger
    /// too.</summary>
    public long MaxBytes
    {
        get => _maxBytes;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _maxBytes = value;
        }
    }

    /// <summary>How many bytes of each body are kept, from its beginning: as text where it is one, else as base64; 0. They may have
    /// secrets, of which only those of forms are taken out.</summary>
    public int BodyBytes
    {
        get => _bodyBytes;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _bodyBytes = value;
        }
    }

    /// <summary>What is shown of addresses, fields, cookies and forms.</summary>
    public WireRedaction Redaction { get; set; } = new();
}
