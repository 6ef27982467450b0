namespace PollHttp.Swarm;

/// <summary>Who polls.</summary>
internal enum DriveKind
{
    /// <summary>A loop of the user's, polled by hand.</summary>
    Manual,

    /// <summary><see cref="PollLoop.Run(Func{PollLoop, Task}, INetwork?)"/>.</summary>
    Run,

    /// <summary>The library's own thread; on sockets only.</summary>
    Background,
}
