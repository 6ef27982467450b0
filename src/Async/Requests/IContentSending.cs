namespace PollHttp.Requests;

/// <summary>One sending of a content; those of one that has one source come one after the other.</summary>
internal interface IContentSending
{
    /// <summary>The content is free to be written: no earlier sending of it is still at it.</summary>
    void Begin();
}
