using PollHttp.Requests;

namespace PollHttp;

// One sending at a time of what has one source.
public abstract partial class RequestContent
{
    private readonly object _useLock = new();
    private Queue<IContentSending>? _next;
    private bool _inUse;
    private bool _wasUsed;

    /// <summary>Gets a value indicating whether it was written, or began to be.</summary>
    internal bool WasUsed => _wasUsed;

    /// <summary>Gets a value indicating whether it is written again even if it does not say that it can be: it fails then itself.</summary>
    internal virtual bool IsAskedAgain => false;

    /// <summary>Gets a value indicating whether several requests may send it at the same time: nothing of it moves while it is
    /// read.</summary>
    internal virtual bool IsShareable => false;

    /// <summary>Gets a value indicating whether it is memory of our own types, which answers anything at once and runs no code of the
    /// user's.</summary>
    internal virtual bool IsMemory => false;

    /// <summary>
    /// Has a sending begin when no earlier one is still at this content: one that was told to stop may still wait inside the source.
    /// </summary>
    internal void Enter(IContentSending sending)
    {
        if (IsShareable)
        {
            sending.Begin();
            return;
        }

        lock (_useLock)
        {
            if (_inUse)
            {
                (_next ??= new()).Enqueue(sending);
                return;
            }

            _inUse = true;
        }

        sending.Begin();
    }

    internal void Leave()
    {
        if (IsShareable)
        {
            return;
        }

        IContentSending? next;
        lock (_useLock)
        {
            _inUse = _next is { Count: > 0 };
            next = _inUse ? _next!.Dequeue() : null;
        }

        next?.Begin();
    }

    /// <summary>Called just before the content is written.</summary>
    /// <param name="isAllowed">Whether it may be written, or written again.</param>
    /// <exception cref="InvalidOperationException">It was written before and can't be again.</exception>
    internal void Use(bool isAllowed)
    {
        if (!isAllowed)
        {
            throw new InvalidOperationException(
                "The content of this request was sent before and can't be sent again: its source can't be read from its start.");
        }

        _wasUsed = true;
    }
}
