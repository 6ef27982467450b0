namespace PollHttp.Core;

/// <summary>The three ways to delimit the content of a request.</summary>
public enum ContentFramingKind
{
    /// <summary>When there is no content.</summary>
    None,

    /// <summary>When the length is known before the first byte is sent.</summary>
    Length,

    /// <summary>When it is not.</summary>
    Chunked,
}
