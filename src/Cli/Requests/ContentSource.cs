namespace PollHttp.Cli.Requests;

/// <summary>Represents a content that the command line describes.</summary>
/// <param name="DefaultMethod">The method if none is given.</param>
/// <param name="Create">Makes the content of one request.</param>
internal sealed record ContentSource(string DefaultMethod, Func<RequestContent> Create)
{
    /// <summary>Gets or sets the form as text, if it comes from <c>--data</c>; it can go into a query.</summary>
    public string? Form { get; init; }

    /// <summary>Gets or sets the matching Accept field.</summary>
    public string? Accept { get; init; }
}
