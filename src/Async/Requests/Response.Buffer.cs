namespace PollHttp;

// Reading ahead of the caller.
public sealed partial class Response
{
    /// <summary>Reads the body into memory, where it can be taken from as before, once; the connection is free then.</summary>
    internal async ValueTask BufferAsync(int limit, CancellationToken token)
    {
        if (IsLive)
        {
            ReadOnlyMemory<byte> body = await BodyBuffer.ReadMemoryAsync(this, limit, token).ConfigureAwait(Loop.KeepsContext);
            _trailers = [.. Trailers];
            _detached = body;
            _body = null;
            IsLive = false;
        }
    }
}
