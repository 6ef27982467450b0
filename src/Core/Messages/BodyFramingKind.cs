namespace PollHttp.Core;

/// <summary>The ways in which a response's content ends.</summary>
public enum BodyFramingKind
{
    /// <summary>There is no content: by rule, or because its length is 0.</summary>
    None,

    /// <summary>A valid Content-Length says how long it is.</summary>
    Length,

    /// <summary>When it comes in chunks.</summary>
    Chunked,

    /// <summary>When it runs to the end of the connection.</summary>
    UntilClose,

    /// <summary>The connection stops being HTTP: 101, or 2xx to CONNECT.</summary>
    Tunnel,

    /// <summary>When it comes in frames, the last of which ends it, whether its length was announced or not (RFC 9113 §8.1).</summary>
    Frames,
}
