namespace PollHttp.Cli.Requests;

/// <summary>Reads the cookies that a command starts with.</summary>
internal static class CookieFiles
{
    /// <summary>Returns a store with the cookies of <c>--cookie-jar</c>, if that file exists, and of the file of <c>--cookie</c>.</summary>
    /// <returns>The store; null if neither option is given.</returns>
    /// <exception cref="CliException">A file can't be read.</exception>
    public static CookieStore? Read(string? jar, string? cookie, CommandHost host)
    {
        string? source = cookie is null || cookie.Contains('=', StringComparison.Ordinal) ? null : host.PathOf(cookie);
        if (jar is null && source is null)
        {
            return null;
        }

        CookieStore store = new();
        if (jar is not null && File.Exists(jar))
        {
            Load(store, jar, "--cookie-jar");
        }

        if (source is not null && source != jar)
        {
            InputFiles.Check(source, "--cookie");
            Load(store, source, "--cookie");
        }

        return store;
    }

    private static void Load(CookieStore store, string path, string option)
    {
        try
        {
            store.Load(path);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or FormatException)
        {
            throw new CliException(ExitCode.CannotRead, $"{option} {path}: {error.Message}", error);
        }
    }
}
