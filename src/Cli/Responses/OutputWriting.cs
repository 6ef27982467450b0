namespace PollHttp.Cli.Responses;

/// <summary>Writes to the output, and names it in errors.</summary>
internal static class OutputWriting
{
    /// <exception cref="CliException">The output can't be written, for example because the reader of a pipe is gone.</exception>
    public static async Task WriteAsync(Stream output, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await output.WriteAsync(bytes).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            throw new CliException(ExitCode.CannotWrite, $"The output can't be written: {error.Message}", error);
        }
    }
}
