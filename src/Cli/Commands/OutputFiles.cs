using PollHttp.Files;

namespace PollHttp.Cli.Commands;

/// <summary>Writes complete files only: next to the target first, then under the final name.</summary>
internal static class OutputFiles
{
    /// <summary>Checks, before anything is sent, that the folder of a file exists.</summary>
    /// <returns>The full path; null for null.</returns>
    /// <exception cref="CliException">There is no such folder, or the name is that of a folder.</exception>
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

    /// <exception cref="CliException">The file could not be written; an existing file stays.</exception>
    /// <remarks>On Unix only the owner can read the file: cookies and archives contain secrets.</remarks>
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
