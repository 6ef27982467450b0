namespace PollHttp.Cli.Requests;

/// <summary>A content that the command line describes.</summary>
/// <param name="DefaultMethod">The method where none is given.</param>
/// <param name="Create">Makes the content of one request.</param>
internal sealed record ContentSource(string DefaultMethod, Func<RequestContent> Create)
{
    /// <summary>Gets the form as text, where it is one from <c>--data</c>; it can go into a query.</summary>
    public string? Form { get; init; }

    /// <summary>Gets the Accept field that goes with it.</summary>
    public string? Accept { get; init; }
}
