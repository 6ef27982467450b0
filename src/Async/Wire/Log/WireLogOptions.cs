using Microsoft.Extensions.Logging;

namespace PollHttp;

/// <summary>What a <see cref="WireLog"/> writes. Read when the log is made.</summary>
public sealed class WireLogOptions
{
    private int _bodyBytes;

    /// <summary>Gets or sets the level of what it writes; Debug.</summary>
    public LogLevel Level { get; set; } = LogLevel.Debug;

    /// <summary>How many bytes of each body are written, from its beginning: as text where it is one, else in hexadecimal digits; 0. They
    /// may have secrets, of which only those of forms are taken out.</summary>
    public int BodyBytes
    {
        get => _bodyBytes;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _bodyBytes = value;
        }
    }

    /// <summary>What is shown of addresses and fields.</summary>
    public WireRedaction Redaction { get; set; } = new();
}
