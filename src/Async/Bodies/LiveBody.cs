namespace PollHttp.Bodies;

/// <summary>A body that is still on its connection.</summary>
internal abstract class LiveBody : BodySource
{
    /// <summary>When its exchange got how far.</summary>
    public abstract ExchangeTimes Times { get; }

    /// <summary>From the finalizer of a response that was dropped: has its connection closed.</summary>
    public abstract void Drop();
}
