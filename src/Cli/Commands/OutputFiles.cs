using PollHttp.Files;

namespace PollHttp.Cli.Commands;

/// <summary>Writes files whole or not at all: beside their place first, then under their name.</summary>
internal static class OutputFiles
{
    /// <summary>Checks before anything is sent that there is a folder for a file.</summary>
    /// <returns>The full path; null for null.</returns>
    /// <exception cref="CliException">There is none, or the name is that of a folder.</exception>
    public static string? Check(string? name, string option, CommandHost host)
    {
        if (name is null)
        {
            return null;
        }

        string path = host.PathOf(name);
        return Directory.Exists(path) ? throw new CliException(ExitCode.CannotWrite, $"{option} {path}: this is a folder.")
            : Directory.Exists(Path.GetDirectoryName(path)) ? path
            : throw new CliException(ExitCode.CannotWrite, $"{option} {path}: there is no such folder.");
    }

    /// <exception cref="CliException">It could not be written; what was there before stays.</exception>
    /// <remarks>On Unix it is for its owner alone: cookies and archives have secrets.</remarks>
    public static void Write(string path, string option, Action<Stream> write)
    {
        try
        {
            using WholeFile file = new(path, isPrivate: true);
            write(file.Content);
            file.Finish();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.CannotWrite, $"{option} {path}: {error.Message}", error);
        }
    }
}
