using PollHttp.Loop;

namespace PollHttp.Streams;

/// <summary>A wait for a <see cref="Tunnel"/> to be readable or writable.</summary>
internal sealed class TunnelWait(ContinuationPolicy policy) : TaskCompletionSource, ICompletion
{
    public ContinuationPolicy Policy => policy;

    public void Complete() => TrySetResult();
}
