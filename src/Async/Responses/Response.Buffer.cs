using PollHttp.Bodies;
using PollHttp.Responses;

namespace PollHttp;

// Reading the body before the caller does.
public sealed partial class Response
{
    /// <summary>Reads the body into memory, from which it can still be read once; the connection is then free.</summary>
    internal async ValueTask BufferAsync(int limit, CancellationToken token)
    {
        if (IsLive)
        {
            BodySource source = _body!.Source;
            Keep(source, await BodyBuffer.ReadMemoryAsync(this, limit, token).ConfigureAwait(Loop.KeepsContext));
        }
    }

    /// <summary>Reads the body into memory, on the calling thread.</summary>
    internal void Buffer(int limit, CancellationToken token)
    {
        if (IsLive)
        {
            BodySource source = _body!.Source;
            using (token.UnsafeRegister((_, canceled) => source.Coded.Abort(new TaskCanceledException(null, null, canceled)), null))
            {
                Keep(source, BodyBuffer.ReadMemory(this, limit));
            }
        }
    }

    private void Keep(BodySource source, ReadOnlyMemory<byte> body)
    {
        if (source.Coded is LiveBody live)
        {
            Note(live.Figures);
        }

        IsLive = source.Trailers.Count > 0;
        _detached = IsLive ? default : body;
        _body = IsLive ? new(new BufferedBody(body, source.Trailers, Loop), null) : null;
    }
}
