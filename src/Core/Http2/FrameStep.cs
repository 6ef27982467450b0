namespace PollHttp.Core.Http2;

/// <summary>Specifies what a <see cref="FrameReader"/> has read.</summary>
internal enum FrameStep
{
    /// <summary>The reader needs more octets.</summary>
    More,

    /// <summary>The octets consumed are of no interest.</summary>
    Skipped,

    /// <summary>The header of a frame is complete, and is to be checked before its payload.</summary>
    Begun,

    /// <summary>The octets consumed are payload of a frame that is passed on as it comes.</summary>
    Payload,

    /// <summary>The frame is whole.</summary>
    Ended,

    /// <summary>The padding is not shorter than the payload (RFC 9113 §6.1).</summary>
    BadPadding,
}
