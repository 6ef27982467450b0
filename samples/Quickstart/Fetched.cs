namespace PollHttp.Quickstart;

/// <summary>What one way of fetching got, and what it cost.</summary>
/// <param name="Bytes">The length of the body.</param>
/// <param name="Sha256">Its hash, in hexadecimal.</param>
/// <param name="AllocatedBytes">Bytes allocated on the managed heap meanwhile.</param>
internal sealed record Fetched(long Bytes, string Sha256, long AllocatedBytes);
