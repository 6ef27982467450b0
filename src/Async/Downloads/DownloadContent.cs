namespace PollHttp.Downloads;

/// <summary>What a download has so far, wherever it is written to.</summary>
internal abstract class DownloadContent : IDisposable
{
    /// <summary>Gets the bytes in it, which is where the next ones go.</summary>
    public long Length { get; protected set; }

    /// <summary>Gets what the bytes in it belong to; null: nothing that can be resumed.</summary>
    public PartialInfo? Info { get; protected set; }

    /// <summary>Gets a value indicating whether all of a content of known length was there from the beginning.</summary>
    public abstract bool IsComplete { get; }

    /// <summary>Gets how many bytes can be gone on from.</summary>
    public abstract long Kept { get; }

    /// <summary>Begins with nothing; with a validator what comes can be resumed.</summary>
    public abstract void Restart(string address, string? validator, long? total);

    /// <summary>Determines whether the digest of all that was written is this one. May be asked once.</summary>
    public abstract bool HasDigest(ContentDigest digest);

    /// <summary>Ends a content that is whole.</summary>
    public abstract void Finish(bool overwrite, bool flushToDisk);

    /// <summary>Nothing of it is to be kept.</summary>
    public void Discard() => Info = null;

    public abstract void Dispose();
}
