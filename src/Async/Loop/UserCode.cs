namespace PollHttp.Loop;

/// <summary>
/// Marks threads that run user code for a request (a content, a callback, a listener). What a blocking call in such code would wait for may
/// itself wait for the code to return.
/// </summary>
internal static class UserCode
{
    [ThreadStatic]
    private static int t_running;

    /// <summary>Gets a value indicating whether the current thread runs such code.</summary>
    public static bool IsRunningHere => t_running > 0;

    /// <summary>Records that user code begins on the current thread.</summary>
    public static void Enter() => t_running++;

    /// <summary>Records that user code has returned on the current thread.</summary>
    public static void Leave() => t_running--;
}
