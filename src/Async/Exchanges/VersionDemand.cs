namespace PollHttp.Exchanges;

/// <summary>Specifies the HTTP version that a request asks for, by its version and its policy together.</summary>
internal enum VersionDemand : byte
{
    /// <summary>The request is sent in HTTP/1.1.</summary>
    Http11,

    /// <summary>The request is sent in HTTP/1.0.</summary>
    Http10,

    /// <summary>The request is sent in HTTP/1.1, or in HTTP/2 if the server prefers it.</summary>
    Http11OrHigher,

    /// <summary>The request is sent in HTTP/2 if the server supports it, otherwise in HTTP/1.1.</summary>
    Http2OrLower,

    /// <summary>The request is sent in HTTP/2 or fails.</summary>
    Http2,

    /// <summary>The request asks for HTTP/3 or nothing, and fails because HTTP/3 is not implemented.</summary>
    Http3,
}
