using PollHttp.Loop;

namespace PollHttp.Streams;

/// <summary>Represents a wait for a <see cref="Tunnel"/> to become readable or writable.</summary>
internal sealed class TunnelWait(ContinuationPolicy policy) : TaskCompletionSource, ICompletion
{
    public ContinuationPolicy Policy => policy;

    public void Complete() => TrySetResult();
}
