namespace PollHttp.Bodies;

/// <summary>
/// Detects a response that was dropped without being disposed: it is referenced by the user's objects, never by the loop. Its finalizer
/// makes the loop close the connection.
/// </summary>
internal sealed class Sentinel(LiveBody source)
{
    ~Sentinel() => source.Drop();

    public void Disarm() => GC.SuppressFinalize(this);
}
