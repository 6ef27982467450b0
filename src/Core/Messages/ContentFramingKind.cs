namespace PollHttp.Core;

/// <summary>Specifies how the content of a request is delimited.</summary>
public enum ContentFramingKind
{
    /// <summary>There is no content.</summary>
    None,

    /// <summary>The length is known before the first byte is sent.</summary>
    Length,

    /// <summary>The length is not known before the content is sent.</summary>
    Chunked,
}
