namespace PollHttp.Cli.Requests;

/// <summary>Opens files of the command line, with a one-line error.</summary>
internal static class InputFiles
{
    /// <exception cref="CliException">The file can't be read.</exception>
    public static byte[] Read(string path, string option) => Try(path, option, File.ReadAllBytes);

    /// <summary>Checks, before anything is sent, that a file can be opened.</summary>
    /// <exception cref="CliException">The file can't be read.</exception>
    public static void Check(string path, string option) => Try(path, option, static path =>
    {
        File.OpenHandle(path).Dispose();
        return true;
    });

    private static T Try<T>(string path, string option, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string why = error is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : error.Message;
            throw new CliException(ExitCode.CannotRead, $"{option} {path}: {why}.".Replace("..", ".", StringComparison.Ordinal), error);
        }
    }
}
