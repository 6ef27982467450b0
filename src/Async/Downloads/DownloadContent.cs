namespace PollHttp.Downloads;

/// <summary>Represents the data of a download so far, wherever it is written.</summary>
internal abstract class DownloadContent : IDisposable
{
    /// <summary>Gets or sets the number of bytes in it, which is the position of the next ones.</summary>
    public long Length { get; protected set; }

    /// <summary>Gets or sets the address and validator of the bytes; null if the download can't be resumed.</summary>
    public PartialInfo? Info { get; protected set; }

    /// <summary>Gets a value indicating whether a whole content of known length was there from the beginning.</summary>
    public abstract bool IsComplete { get; }

    /// <summary>Gets the number of bytes that a later call can resume from.</summary>
    public abstract long Kept { get; }

    /// <summary>Starts with no data; with a validator the download can be resumed.</summary>
    public abstract void Restart(string address, string? validator, long? total);

    /// <summary>Determines whether everything that was written has this digest. May be called once.</summary>
    public abstract bool HasDigest(ContentDigest digest);

    /// <summary>Ends a complete content.</summary>
    public abstract void Finish(bool overwrite, bool flushToDisk);

    /// <summary>Marks the data so that none of it is kept.</summary>
    public void Discard() => Info = null;

    public abstract void Dispose();
}
