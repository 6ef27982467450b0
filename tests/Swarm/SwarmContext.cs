using System.Collections.Concurrent;

namespace PollHttp.Swarm;

/// <summary>A context like that of a user interface: what is posted runs between two polls.</summary>
internal sealed class SwarmContext : SynchronizationContext
{
    private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> _posts = new();

    public override void Post(SendOrPostCallback d, object? state) => _posts.Enqueue((d, state));

    public override SynchronizationContext CreateCopy() => this;

    public bool RunPosts()
    {
        bool any = false;
        for (int left = _posts.Count; left > 0 && _posts.TryDequeue(out (SendOrPostCallback Callback, object? State) post); left--)
        {
            any = true;
            post.Callback(post.State);
        }

        return any;
    }
}
