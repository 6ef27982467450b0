using PollHttp.Requests;

namespace PollHttp;

// Sendings of a content with a single source follow one another.
public abstract partial class RequestContent
{
    private readonly object _useLock = new();
    private Queue<IContentSending>? _next;
    private bool _inUse;
    private bool _wasUsed;

    /// <summary>Gets a value indicating whether the content was written, at least partly.</summary>
    internal bool WasUsed => _wasUsed;

    /// <summary>Gets a value indicating whether the content is written again even if it is not replayable; then it fails itself.</summary>
    internal virtual bool IsAskedAgain => false;

    /// <summary>
    /// Gets a value indicating whether several requests may send the content at the same time, since reading does not change it.
    /// </summary>
    internal virtual bool IsShareable => false;

    /// <summary>
    /// Gets a value indicating whether the content is memory of our own types, which returns at once and runs no user code.
    /// </summary>
    internal virtual bool IsMemory => false;

    /// <summary>
    /// Begins a sending when no earlier one uses this content any more: a stopped sending may still wait inside the source.
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
        OnLeave();
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

    /// <summary>Called when an attempt has ended that was to write the content, whether it did or not.</summary>
    private protected virtual void OnLeave()
    {
    }

    /// <summary>Records that the content is about to be written.
    /// <param name="isAllowed">Whether it may be written, or written again.</param>
    /// <exception cref="InvalidOperationException">The content was written before and can't be written again.</exception></summary>
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
