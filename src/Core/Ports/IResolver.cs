namespace PollHttp.Core;

/// <summary>Starts lookups of names. Never blocks the caller.</summary>
public interface IResolver
{
    /// <summary>Begins to look up a host name.</summary>
    /// <param name="host">A DNS name, not an IP literal.</param>
    /// <param name="waker">Woken (from any thread) when the lookup ends, or null.</param>
    ILookup Begin(string host, IPoller? waker);
}
