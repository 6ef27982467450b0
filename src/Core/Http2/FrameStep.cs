namespace PollHttp.Core.Http2;

/// <summary>What a <see cref="FrameReader"/> has come to.</summary>
internal enum FrameStep
{
    /// <summary>When more octets are needed.</summary>
    More,

    /// <summary>When the octets consumed are of no interest.</summary>
    Skipped,

    /// <summary>When the header of a frame is there, to be checked before its payload.</summary>
    Begun,

    /// <summary>When the octets consumed are payload, for frames that are handed out as they come.</summary>
    Payload,

    /// <summary>When the frame is whole.</summary>
    Ended,

    /// <summary>When the padding is not shorter than the payload (RFC 9113 §6.1).</summary>
    BadPadding,
}
