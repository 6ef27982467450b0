namespace PollHttp.Loop;

/// <summary>Marks threads that run code of the user's for a request (a content, a callback, a listener): what a blocking call made in it would
/// wait for may wait for its return.</summary>
internal static class UserCode
{
    [ThreadStatic]
    private static int t_running;

    /// <summary>Whether the current thread runs such code.</summary>
    public static bool IsRunningHere => t_running > 0;

    /// <summary>Notes that it begins on the current thread.</summary>
    public static void Enter() => t_running++;

    /// <summary>Notes that it has returned.</summary>
    public static void Leave() => t_running--;
}
