namespace PollHttp;

// Reading ahead of the caller.
public sealed partial class Response
{
    /// <summary>Reads the body into memory, where it can be taken from as before, once; the connection is free then.</summary>
    internal async ValueTask BufferAsync(int limit, CancellationToken token)
    {
        if (IsLive)
        {
            BodySource source = _body!.Source;
            ReadOnlyMemory<byte> body = await BodyBuffer.ReadMemoryAsync(this, limit, token).ConfigureAwait(Loop.KeepsContext);
            if (source.Coded is ConnectionBody live)
            {
                Note(live.Times, live.BytesReceived);
            }

            IsLive = source.Trailers.Count > 0;
            _detached = IsLive ? default : body;
            _body = IsLive ? new(new BufferedBody(body, source.Trailers, Loop), null) : null;
        }
    }
}
