using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace PollHttp.Bodies;

/// <summary>
/// Represents a read that waits for its body: one object, reused for every such read of one reader, instead of the task of an async method.
/// </summary>
/// <remarks>
/// It also keeps code on the thread of a loop where a task would not. A task that is completed under a context sends continuations that
/// want no context (as all of the framework's do) to the thread pool; so here such a continuation runs without the context. And a plain
/// value task source posts a continuation even if its context is the current one.
/// </remarks>
internal abstract class BodyWait<T> : IValueTaskSource<T>
{
    private readonly BodySource _source;
    private readonly Action _onWaited;
    private ManualResetValueTaskSourceCore<T> _core;
    private ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _wait;
    private CancellationToken _token;
    private long _examined;
    private Action<object?>? _continuation;
    private object? _state;
    private SynchronizationContext? _context;

    protected BodyWait(BodySource source)
    {
        _source = source;
        _onWaited = OnWaited;
    }

    /// <summary>Waits for more than <paramref name="examined"/> bytes or the end, until <see cref="TryRead"/> succeeds.</summary>
    public ValueTask<T> Begin(long examined, CancellationToken token)
    {
        _core.Reset();
        _examined = examined;
        _token = token;
        ValueTask<T> result = new(this, _core.Version);
        Wait();
        return result;
    }

    /// <summary>Takes the available result; returns false to continue waiting.</summary>
    protected abstract bool TryRead(out T result);

    /// <summary>Handles that the read ends without a result.</summary>
    protected virtual void OnFailed(Exception error)
    {
    }

    T IValueTaskSource<T>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<T>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        bool wantsContext = (flags & ValueTaskSourceOnCompletedFlags.UseSchedulingContext) != 0;
        (_continuation, _state, _context) = (continuation, state, wantsContext ? SynchronizationContext.Current : null);
        _core.OnCompleted(
            static wait => ((BodyWait<T>)wait!).Continue(), this, token, flags & ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext);
    }

    private void Continue()
    {
        Action<object?> continuation = _continuation!;
        object? state = _state;
        SynchronizationContext? wanted = _context;
        (_continuation, _state, _context) = (null, null, null);
        SynchronizationContext? current = SynchronizationContext.Current;
        if (ReferenceEquals(wanted, current))
        {
            continuation(state);
        }
        else if (wanted is not null)
        {
            wanted.Post(new SendOrPostCallback(continuation), state);
        }
        else
        {
            SynchronizationContext.SetSynchronizationContext(null);
            try
            {
                continuation(state);
            }
            finally
            {
                SynchronizationContext.SetSynchronizationContext(current);
            }
        }
    }

    private void Wait()
    {
        try
        {
            _wait = _source.WaitAsync(_examined, _token).ConfigureAwait(false).GetAwaiter();
        }
        catch (InvalidOperationException error)
        {
            _core.SetException(error);
            return;
        }

        if (_wait.IsCompleted)
        {
            OnWaited();
        }
        else
        {
            _wait.UnsafeOnCompleted(_onWaited);
        }
    }

    private void OnWaited()
    {
        T result;
        try
        {
            _wait.GetResult();
            if (!TryRead(out result))
            {
                Wait();
                return;
            }
        }
        catch (Exception error)
        {
            OnFailed(error);
            _core.SetException(error); // reaches the code that awaits the read
            return;
        }

        _core.SetResult(result);
    }
}
