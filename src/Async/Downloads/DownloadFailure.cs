namespace PollHttp;

/// <summary>Why a download ended without its file.</summary>
public enum DownloadFailure
{
    /// <summary>The connection broke off, more often than it may; the inner exception says how. What came is kept where it can be resumed.</summary>
    Interrupted,

    /// <summary>The server sent a part that was not asked for, or not the one that was (RFC 9110 §14.4).</summary>
    UnexpectedRange,

    /// <summary>The content ended with another length than was announced.</summary>
    WrongLength,

    /// <summary>The content has another digest than it should; nothing of it is kept.</summary>
    WrongDigest,

    /// <summary>The disk has, or had in the end, too little room.</summary>
    NoSpace,

    /// <summary>The file could not be made, written or renamed; the inner exception says why.</summary>
    File,
}
