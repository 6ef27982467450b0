using System.CommandLine;
using PollHttp.Cli.Commands;

namespace PollHttp.Cli.Downloads;

/// <summary>Reads from the command line which address goes to which file.</summary>
internal sealed class DownloadJobsReader(ParseResult line, FetchSymbols symbols, CommandHost host)
{
    /// <returns>One job per address; none if the bodies go to the output.</returns>
    /// <exception cref="CliException">Names are missing, too many, duplicate, or their folder does not exist.</exception>
    public IReadOnlyList<DownloadJob> Read(IReadOnlyList<Uri> addresses)
    {
        string[] names = line.GetValue(symbols.Output)!;
        bool usesRemoteNames = line.GetValue(symbols.RemoteName);
        if (usesRemoteNames && names.Length > 0)
        {
            throw new CliException(ExitCode.Usage, "--output and --remote-name exclude each other.");
        }

        if (names is ["-"] || (names.Length == 0 && !usesRemoteNames))
        {
            return line.GetValue(symbols.Sha256) is null
                ? []
                : throw new CliException(ExitCode.Usage, "--sha256 needs --output or --remote-name.");
        }

        if (!usesRemoteNames && names.Length != addresses.Count)
        {
            throw new CliException(ExitCode.Usage, $"There are {addresses.Count} addresses and {names.Length} files: give --output once for each address, or --remote-name.");
        }

        if (line.GetValue(symbols.Sha256) is not null && addresses.Count > 1)
        {
            throw new CliException(ExitCode.Usage, "--sha256 is for one address.");
        }

        string? folder = FolderOf(line.GetValue(symbols.OutputFolder));
        List<DownloadJob> jobs = [];
        for (int i = 0; i < addresses.Count; i++)
        {
            string name = usesRemoteNames ? RemoteName(addresses[i]) : names[i];
            string path = OutputFiles.Check(folder is null ? name : Path.Combine(folder, name), "--output", host)!;
            jobs.Add(jobs.Find(job => job.Path == path) is null
                ? new(addresses[i], path)
                : throw new CliException(ExitCode.Usage, $"Two addresses would go to {path}."));
        }

        return jobs;
    }

    private string? FolderOf(string? name)
    {
        if (name is null)
        {
            return null;
        }

        string folder = host.PathOf(name);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.CannotWrite, $"--output-dir {folder}: {error.Message}", error);
        }

        return folder;
    }

    private static string RemoteName(Uri address)
    {
        string name = Uri.UnescapeDataString(address.AbsolutePath[(address.AbsolutePath.LastIndexOf('/') + 1)..]);
        bool isName = name.Length > 0 && name is not ("." or "..") && name.IndexOfAny(['/', '\\', '\0']) < 0 && !name.Any(char.IsControl);
        return isName ? name : throw new CliException(ExitCode.Usage, $"{address.GetLeftPart(UriPartial.Path)} has no last segment for --remote-name; use --output.");
    }
}
