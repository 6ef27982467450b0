using Microsoft.Extensions.Logging;

namespace PollHttp;

/// <summary>Specifies what a <see cref="WireLog"/> writes. Read when the log is created.</summary>
public sealed class WireLogOptions
{
    private int _bodyBytes;

    /// <summary>Gets or sets the level of the messages; Debug.</summary>
    public LogLevel Level { get; set; } = LogLevel.Debug;

    /// <summary>
    /// Gets or sets how many bytes of each body are written, from its beginning: as text if it is text, else in hexadecimal digits; 0.
    /// Bodies may contain secrets; only those of forms are removed.
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

    /// <summary>Gets or sets what is shown of addresses and fields.</summary>
    public WireRedaction Redaction { get; set; } = new();
}
