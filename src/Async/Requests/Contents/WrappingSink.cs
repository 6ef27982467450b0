namespace PollHttp.Requests;

/// <summary>A sink on the way to another one: what a content asks about the connection is answered by that one.</summary>
internal abstract class WrappingSink(ContentSink? inner) : ContentSink
{
    /// <summary>Gets the other one; not to be asked for where there is none.</summary>
    protected ContentSink Inner => inner!;

    internal override bool KeepsContext => inner is { KeepsContext: true };

    internal override bool IsVirtual => inner is { IsVirtual: true };

    internal override TransportContext? TransportContext => inner?.TransportContext;

    internal override CancellationToken Stopped => inner?.Stopped ?? default;

    internal override void WatchTime() => inner?.WatchTime();

    internal override void WaitFor(Task writing)
    {
        if (inner is null)
        {
            base.WaitFor(writing);
        }
        else
        {
            inner.WaitFor(writing);
        }
    }
}
