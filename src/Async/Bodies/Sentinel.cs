namespace PollHttp.Bodies;

/// <summary>
/// Watches for a response that was dropped undisposed: referenced by what the user holds, never by the loop. Its finalizer
/// has the loop close the connection.
/// </summary>
internal sealed class Sentinel(LiveBody source)
{
    ~Sentinel() => source.Drop();

    public void Disarm() => GC.SuppressFinalize(this);
}
