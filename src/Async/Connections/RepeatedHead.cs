namespace PollHttp.Connections;

/// <summary>
/// Caches the response head that a server sends repeatedly. While the head does not change, detaching returns the same object and allocates
/// nothing. Keeps one head, and none with many fields.
/// </summary>
/// <remarks>Thread safety: any thread. One thread may overwrite the head of another, as heads do not change.</remarks>
internal sealed class RepeatedHead
{
    private const int MostFieldsKept = 32;
    private ResponseHead? _last;

    public ResponseHead Detach(HttpExchange on)
    {
        ResponseHead head = on.DetachResponseHead(_last);
        _last = head.Headers.Count <= MostFieldsKept ? head : null;
        return head;
    }
}
