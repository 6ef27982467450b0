using PollHttp.Loop;

namespace PollHttp;

// The context for loops that are polled by hand.
public sealed partial class PollLoop
{
    private LoopSynchronizationContext? _context;

    /// <summary>
    /// Gets a context whose posts run inside <see cref="Poll"/>. If it is the current context of the polling thread, code goes on there after
    /// every await. That includes <c>Task.Delay</c> and <c>Task.Run</c>, not only the operations of the library.
    /// </summary>
    /// <remarks>
    /// Engines with a context of their own (Godot, Unity) need none. See <see cref="InstallSynchronizationContext"/>. A thread that blocks on
    /// a task whose rest waits for this context waits forever, as nothing polls meanwhile.
    /// </remarks>
    public SynchronizationContext SynchronizationContext => _context ??= new(this);

    /// <summary>Makes <see cref="SynchronizationContext"/> the current context of this thread, which is the one that polls.</summary>
    /// <returns>An object that restores the previous context when it is disposed on the same thread.</returns>
    /// <exception cref="ObjectDisposedException">The loop is disposed.</exception>
    public IDisposable InstallSynchronizationContext()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ContextInstallation installation = new(System.Threading.SynchronizationContext.Current);
        System.Threading.SynchronizationContext.SetSynchronizationContext(SynchronizationContext);
        return installation;
    }
}
