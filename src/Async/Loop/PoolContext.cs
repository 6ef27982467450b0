namespace PollHttp.Loop;

/// <summary>
/// Represents the context under which tasks are completed whose continuations belong on the thread pool. Tasks run a continuation in place
/// only if no context is current, so under this one it goes to the pool. A thread that is blocked on the task is still released at once, and
/// needs no free thread of the pool.
/// </summary>
internal sealed class PoolContext : SynchronizationContext
{
    public static PoolContext Instance { get; } = new();

    /// <summary>Gets a value indicating whether continuations of what is completed on this thread belong on the thread pool.</summary>
    public static bool IsCurrent => ReferenceEquals(Current, Instance);

    public override SynchronizationContext CreateCopy() => this;
}
