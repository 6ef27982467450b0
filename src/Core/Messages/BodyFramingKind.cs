namespace PollHttp.Core;

/// <summary>Specifies how the content of a response ends.</summary>
public enum BodyFramingKind
{
    /// <summary>There is no content: by rule, or because its length is 0.</summary>
    None,

    /// <summary>A valid Content-Length gives the length.</summary>
    Length,

    /// <summary>The content is in chunks.</summary>
    Chunked,

    /// <summary>The content runs to the end of the connection.</summary>
    UntilClose,

    /// <summary>The connection stops being HTTP: 101, or 2xx to CONNECT.</summary>
    Tunnel,

    /// <summary>The content is in frames, the last of which ends it, whether its length was announced or not (RFC 9113
    /// §8.1).</summary>
    Frames,
}
