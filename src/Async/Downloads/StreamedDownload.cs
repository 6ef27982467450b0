using System.Security.Cryptography;
using PollHttp.Loop;

namespace PollHttp.Downloads;

/// <summary>Represents a download into the caller's stream, from its current position. Lives as long as one call.</summary>
internal sealed class StreamedDownload : DownloadContent
{
    private readonly Stream _destination;
    private readonly PollLoop _loop;
    private readonly long _start;
    private readonly IncrementalHash? _hash;

    public StreamedDownload(Stream destination, ContentDigest? digest, PollLoop loop)
    {
        _loop = loop;
        _destination = destination;
        _start = destination.CanSeek ? destination.Position : 0;
        _hash = digest is null ? null : IncrementalHash.CreateHash(digest.Algorithm);
    }

    public override bool IsComplete => false;

    public override long Kept => Info is null ? 0 : Length;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken token)
    {
        try
        {
            await _destination.WriteAsync(bytes, token).ConfigureAwait(_loop.KeepsContext);
        }
        finally
        {
            await new LoopSwitch(_loop); // the body is read on the loop's thread
        }

        Length += bytes.Length;
        _hash?.AppendData(bytes.Span);
    }

    /// <exception cref="DownloadException">The written data can't be removed.</exception>
    public override void Restart(string address, string? validator, long? total)
    {
        if (Length > 0)
        {
            if (!_destination.CanSeek)
            {
                throw new DownloadException(
                    DownloadFailure.Interrupted,
                    $"The server's content has changed, and {Length} bytes of the old content were written to a stream that can't seek.",
                    0);
            }

            _destination.Position = _start;
            _destination.SetLength(_start);
            Length = 0;
            _ = _hash?.GetHashAndReset();
        }

        Info = validator is null ? null : new(address, validator, total);
    }

    public override bool HasDigest(ContentDigest digest) =>
        _hash is not null && CryptographicOperations.FixedTimeEquals(_hash.GetHashAndReset(), digest.Value);

    public override void Finish(bool overwrite, bool flushToDisk)
    {
        // The caller flushes and closes the stream.
    }

    public override void Dispose() => _hash?.Dispose();
}
