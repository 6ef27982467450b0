namespace PollHttp.Cli.Requests;

/// <summary>Describes the request to each address: read from the command line and checked before anything is sent.</summary>
internal sealed class RequestPlan
{
    public required string Method { get; init; }

    public required IReadOnlyList<HeaderField> Headers { get; init; }

    /// <summary>Gets or sets the function that makes the content of one request; null for none. Each call may open files.</summary>
    public Func<RequestContent>? CreateContent { get; init; }

    /// <summary>Gets or sets the encoded text to add to the query of each address; null for none.</summary>
    public string? Query { get; init; }

    public Request CreateRequest(Uri address)
    {
        Request request = new(Method, address) { Content = CreateContent?.Invoke() };
        foreach (HeaderField field in Headers)
        {
            request.Headers.Add(field);
        }

        return request;
    }
}
