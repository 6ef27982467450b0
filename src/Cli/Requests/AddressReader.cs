namespace PollHttp.Cli.Requests;

/// <summary>Reads the addresses of the command line as curl does: http is the default scheme.</summary>
internal static class AddressReader
{
    /// <exception cref="CliException">The address can't be requested.</exception>
    public static Uri Read(string text, string? query = null)
    {
        if (text.StartsWith('-'))
        {
            throw new CliException(ExitCode.Usage, $"'{text}' is not an option. See pollhttp --help.");
        }

        string address = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0)
        {
            throw new CliException(ExitCode.BadAddress, $"'{text}' is not an address.");
        }

        if (uri.Scheme is not ("http" or "https"))
        {
            throw new CliException(ExitCode.BadAddress, $"'{text}': only http and https can be requested, not {uri.Scheme}.");
        }

        return query is null ? uri : WithQuery(uri, query);
    }

    private static Uri WithQuery(Uri uri, string query)
    {
        UriBuilder builder = new(uri);
        builder.Query = builder.Query.Length > 1 ? builder.Query + "&" + query : query;
        return builder.Uri;
    }
}
