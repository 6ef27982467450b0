namespace PollHttp.Decoding;

/// <summary>Specifies why a decoder stopped.</summary>
internal enum DecodeStatus
{
    /// <summary>All input was used and more is needed.</summary>
    NeedsInput,

    /// <summary>The output is full.</summary>
    OutputFull,

    /// <summary>The coded data has ended in order; the rest of the input does not belong to it.</summary>
    Ended,

    /// <summary>The input violates the format, or its checksum is wrong.</summary>
    Malformed,
}
