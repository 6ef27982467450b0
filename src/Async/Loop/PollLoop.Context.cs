using PollHttp.Loop;

namespace PollHttp;

// The context for loops that are polled by hand.
public sealed partial class PollLoop
{
    private LoopSynchronizationContext? _context;

    /// <summary>
    /// Gets a context whose posts run inside <see cref="Poll"/>. With it as the current one of the polling thread, code goes on there
    /// after every await, not only after those of the library's own operations: after <c>Task.Delay</c> and <c>Task.Run</c> too.
    /// </summary>
    /// <remarks>
    /// Engines with a context of their own (Godot, Unity) need none. See <see cref="InstallSynchronizationContext"/>. A thread that
    /// blocks on a task whose rest waits for this context waits forever, as nothing polls meanwhile.
    /// </remarks>
    public SynchronizationContext SynchronizationContext => _context ??= new(this);

    /// <summary>Makes <see cref="SynchronizationContext"/> the current one of this thread: the one that polls.</summary>
    /// <returns>Puts back, when disposed on the same thread, the context that was there before.</returns>
    /// <exception cref="ObjectDisposedException">The loop is disposed.</exception>
    public IDisposable InstallSynchronizationContext()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ContextInstallation installation = new(System.Threading.SynchronizationContext.Current);
        System.Threading.SynchronizationContext.SetSynchronizationContext(SynchronizationContext);
        return installation;
    }
}
