namespace PollHttp.Connections;

/// <summary>
/// The response head that a server sends again and again: detached, it is the same object as long as it is the same, and nothing is
/// allocated. Holds on to one head, and to none that is large. From any thread; one may overwrite another's: heads don't change.
/// </summary>
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
