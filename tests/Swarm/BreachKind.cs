namespace PollHttp.Swarm;

/// <summary>How a server of HTTP/2 breaks the rules.</summary>
internal enum BreachKind
{
    /// <summary>A content-length that is not that of the content.</summary>
    Length,

    /// <summary>A second head within the content.</summary>
    SecondHead,

    /// <summary>Trailers with a pseudo-field.</summary>
    PseudoTrailer,

    /// <summary>A WINDOW_UPDATE of 0 on the stream.</summary>
    NoIncrement,

    /// <summary>A WINDOW_UPDATE that takes the window of the stream past its limit.</summary>
    Overflow,

    /// <summary>The first that ends the connection: DATA on stream 0.</summary>
    DataOnConnection,

    /// <summary>A PING of seven octets.</summary>
    ShortPing,

    /// <summary>SETTINGS of five octets.</summary>
    ShortSettings,

    /// <summary>A stream that the server begins.</summary>
    Push,

    /// <summary>A CONTINUATION of nothing.</summary>
    Continuation,

    /// <summary>A field block that can't be decoded.</summary>
    Block,

    /// <summary>Another frame within a field block.</summary>
    Interleaved,

    /// <summary>A frame that is too large.</summary>
    Large,

    /// <summary>Octets that are no frames.</summary>
    Noise,

    /// <summary>GOAWAY with an error, and the end of the connection.</summary>
    GoAway,
}
