namespace PollHttp;

/// <summary>Specifies why a download ended without its file.</summary>
public enum DownloadFailure
{
    /// <summary>
    /// The connection broke more often than allowed; the inner exception gives the reason. Received data is kept if the download can be
    /// resumed.
    /// </summary>
    Interrupted,

    /// <summary>The server sent a part although the whole was requested (RFC 9110
    /// §15.3.7).</summary>
    UnexpectedRange,

    /// <summary>The length of the content differs from the announced length.</summary>
    WrongLength,

    /// <summary>The content does not have the expected digest; nothing of it is kept.</summary>
    WrongDigest,

    /// <summary>The disk has too little space, at the beginning or in the end.</summary>
    NoSpace,

    /// <summary>The file could not be created, written or renamed; the inner exception gives the reason.</summary>
    File,

    /// <summary>The server sent a success status without the content: 202, 204 or 205. An existing file stays.</summary>
    NoContent,
}
