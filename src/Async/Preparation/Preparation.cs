using PollHttp.Rehearsing;

namespace PollHttp;

/// <summary>Gets the code of the library ready before the first request, away from the thread that must not wait for it.</summary>
public static class Preparation
{
    private static readonly Lazy<Task<bool>> s_run = new(static () => Task.Factory.StartNew(
        Rehearsal.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));

    /// <summary>
    /// Sends some requests to a server of its own on the loopback interface, over HTTP and over TLS, awaited and polled, on a thread of its own.
    /// So what the first requests of a process would have compiled and loaded (this library, the sockets and the TLS of the platform, the
    /// certificates that the system trusts) is there. It takes one to two seconds of a processor where the library is not compiled ahead.
    /// </summary>
    /// <remarks>Thread safety: from any thread. It runs once; later calls return the same task. A game calls it behind its title screen.</remarks>
    /// <returns>A task that does not fail. False where the machine did not allow all of it: no socket may listen, for instance. Requests
    /// work as well then, and what was not prepared is compiled by the first that needs it.</returns>
    public static Task<bool> RunAsync() => s_run.Value;
}
