namespace PollHttp.Parity;

/// <summary>Calls back once each time it is armed, whatever calls it meanwhile.</summary>
internal sealed class CallBack(Func<string> call)
{
    private TaskCompletionSource<string> _answer = new();
    private int _isArmed;
    private int _seen;

    public Task<string> Answer => _answer.Task;

    public void Arm()
    {
        _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _seen = 0;
        Volatile.Write(ref _isArmed, 1);
    }

    /// <param name="value">What the callee answers.</param>
    /// <param name="skipped">How many calls before the one that counts.</param>
    public T Pass<T>(T value, int skipped = 0)
    {
        if (Volatile.Read(ref _isArmed) != 0 && Interlocked.Increment(ref _seen) > skipped && Interlocked.Exchange(ref _isArmed, 0) != 0)
        {
            _answer.TrySetResult(call());
        }

        return value;
    }
}
