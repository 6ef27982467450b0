namespace PollHttp.Decoding;

/// <summary>Why a decoder stopped.</summary>
internal enum DecodeStatus
{
    /// <summary>When it used all input and needs more.</summary>
    NeedsInput,

    /// <summary>The output is full.</summary>
    OutputFull,

    /// <summary>The coded data has ended in order; what input is left does not belong to it.</summary>
    Ended,

    /// <summary>The input breaks the format, or its checksum is wrong.</summary>
    Malformed,
}
