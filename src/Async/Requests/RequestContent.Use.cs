namespace PollHttp;

// One sending at a time of what has one source.
public abstract partial class RequestContent
{
    private readonly object _useLock = new();
    private Queue<Upload>? _next;
    private bool _inUse;
    private bool _wasUsed;

    /// <summary>Whether it may be sent (again): it is replayable, or nobody has touched it yet.</summary>
    internal bool CanBeSent => IsReplayable || !_wasUsed;

    /// <summary>Whether a policy may have it sent (again): where only the content itself can tell, it may be asked to.</summary>
    internal virtual bool MayBeTriedAgain => CanBeSent;

    /// <summary>Whether several requests may send it at the same time: nothing of it moves while it is read.</summary>
    internal virtual bool IsShareable => false;

    /// <summary>
    /// Has an upload begin when no earlier one is still at this content: one that was told to stop may still wait inside the source.
    /// </summary>
    internal void Enter(Upload upload)
    {
        if (IsShareable)
        {
            upload.Begin();
            return;
        }

        lock (_useLock)
        {
            if (_inUse)
            {
                (_next ??= new()).Enqueue(upload);
                return;
            }

            _inUse = true;
        }

        upload.Begin();
    }

    internal void Leave()
    {
        if (IsShareable)
        {
            return;
        }

        Upload? next;
        lock (_useLock)
        {
            _inUse = _next is { Count: > 0 };
            next = _inUse ? _next!.Dequeue() : null;
        }

        next?.Begin();
    }

    /// <summary>Called just before the content is written.</summary>
    /// <exception cref="InvalidOperationException">It was written before and can't be again.</exception>
    internal void Use()
    {
        if (!MayBeTriedAgain)
        {
            throw new InvalidOperationException(
                "The content of this request was sent before and can't be sent again: its source can't be read from its start.");
        }

        _wasUsed = true;
    }
}
