namespace PollHttp.Requests;

/// <summary>Represents one sending of a content. Sendings of a content with a single source follow one another.</summary>
internal interface IContentSending
{
    /// <summary>Begins the sending: no earlier sending uses the content any more.</summary>
    void Begin();
}
