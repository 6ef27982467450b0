namespace PollHttp.Exchanges;

/// <summary>What a request asks for, by its version and its policy together.</summary>
internal enum VersionDemand : byte
{
    /// <summary>HTTP/1.1.</summary>
    Http11,

    /// <summary>HTTP/1.0.</summary>
    Http10,

    /// <summary>HTTP/1.1, or 2 where the server would rather have that.</summary>
    Http11OrHigher,

    /// <summary>HTTP/2 where the server has it, otherwise 1.1.</summary>
    Http2OrLower,

    /// <summary>HTTP/2 and nothing less.</summary>
    Http2,

    /// <summary>HTTP/3 and nothing less, which is not there.</summary>
    Http3,
}
