namespace PollHttp.Streams;

/// <summary>
/// Keeps a tunnel open for its response and its stream, which the user has, and detects that they were dropped without being disposed: the loop
/// knows the tunnel and never this object.
/// </summary>
internal sealed class TunnelKeeper(Tunnel tunnel) : IDisposable
{
    ~TunnelKeeper() => tunnel.Dispose();

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken token) => tunnel.ReadAsync(buffer, this, token);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken token) => tunnel.WriteAsync(buffer, this, token);

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        tunnel.Dispose();
    }
}
