namespace PollHttp.Streams;

/// <summary>Implements the old pairs of Begin and End methods with tasks.</summary>
internal static class AsyncResults
{
    public static IAsyncResult Begin(Task task, AsyncCallback? callback, object? state)
    {
        Pending result = new(task, state);
        if (callback is not null)
        {
            if (task.IsCompleted)
            {
                callback(result);
            }
            else
            {
                task.ConfigureAwait(false).GetAwaiter().OnCompleted(() => callback(result));
            }
        }

        return result;
    }

    public static void End(IAsyncResult result) => Unwrap(result).GetAwaiter().GetResult();

    public static T End<T>(IAsyncResult result) => ((Task<T>)Unwrap(result)).GetAwaiter().GetResult();

    private static Task Unwrap(IAsyncResult result)
    {
        ArgumentNullException.ThrowIfNull(result, "asyncResult");
        return result is Pending pending ? pending.Task : throw new ArgumentException(null, "asyncResult");
    }

    private sealed class Pending(Task task, object? state) : IAsyncResult
    {
        public Task Task => task;

        public object? AsyncState => state;

        public WaitHandle AsyncWaitHandle => ((IAsyncResult)task).AsyncWaitHandle;

        public bool CompletedSynchronously { get; } = task.IsCompleted;

        public bool IsCompleted => task.IsCompleted;
    }
}
