namespace PollHttp.Core;

/// <summary>The three ways to delimit the content of a request.</summary>
public enum ContentFramingKind
{
    /// <summary>There is no content.</summary>
    None,

    /// <summary>The length is known before the first byte is sent.</summary>
    Length,

    /// <summary>When it is not.</summary>
    Chunked,
}
