using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>What one exchange came to.</summary>
/// <param name="Log">The events in short; see <see cref="Exchange"/>.</param>
/// <param name="Details">Every head, body and number in full.</param>
/// <param name="Head">The final head, or null.</param>
/// <param name="Trailers">The trailer fields.</param>
/// <param name="Fault">The fault, or none.</param>
/// <param name="Leftover">Bytes for a tunnel.</param>
/// <param name="PeakMemory">The most bytes of blocks that the connection held.</param>
internal sealed record Transcript(
    string Log, string Details, ResponseHead? Head, IReadOnlyList<HeaderField> Trailers, Fault Fault, byte[] Leftover, long PeakMemory)
{
    public string Field(string name)
    {
        Assert.True(Head!.Headers.TryGetValue(name, out string? value), $"There is no field {name}.");
        return value;
    }
}
