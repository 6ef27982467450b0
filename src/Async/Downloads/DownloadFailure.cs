namespace PollHttp;

/// <summary>Why a download ended without its file.</summary>
public enum DownloadFailure
{
    /// <summary>The connection broke off, more often than it may; the inner exception says how. What came is kept where it can be resumed.</summary>
    Interrupted,

    /// <summary>The server sent a part although the whole was asked for (RFC 9110 §15.3.7).</summary>
    UnexpectedRange,

    /// <summary>The content ended with another length than was announced.</summary>
    WrongLength,

    /// <summary>The content has another digest than it should; nothing of it is kept.</summary>
    WrongDigest,

    /// <summary>The disk has, or had in the end, too little room.</summary>
    NoSpace,

    /// <summary>The file could not be made, written or renamed; the inner exception says why.</summary>
    File,

    /// <summary>The server answered with success but without the content: 202, 204 or 205. The file that was there stays.</summary>
    NoContent,
}
