namespace PollHttp.Requests;

/// <summary>Represents a sink in front of another one, which answers questions about the connection.</summary>
internal abstract class WrappingSink(ContentSink? inner) : ContentSink
{
    /// <summary>Gets the inner sink; must not be used if there is none.</summary>
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
