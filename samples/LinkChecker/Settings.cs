using System.Globalization;

namespace PollHttp.LinkChecker;

/// <summary>What the command line says.</summary>
internal sealed record Settings(Uri? Start, TimeSpan Pause, int Pages)
{
    public static Settings Parse(string[] args)
    {
        Settings settings = new(null, TimeSpan.FromMilliseconds(1), 2000);
        for (int i = 0; i < args.Length; i++)
        {
            settings = args[i] switch
            {
                "--pause" => settings with { Pause = TimeSpan.FromMilliseconds(Number(args, ++i, 10_000)) },
                "--pages" => settings with { Pages = Number(args, ++i, 100_000) },
                _ when Uri.TryCreate(args[i], UriKind.Absolute, out Uri? start) && start.Scheme is "http" or "https" => settings with { Start = new Uri(args[i]) },
                _ => throw new ArgumentException($"'{args[i]}' is neither an address nor --pause MILLISECONDS nor --pages N."),
            };
        }

        return settings;
    }

    private static int Number(string[] args, int index, int most) =>
        index < args.Length && int.TryParse(args[index], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= most
            ? number
            : throw new ArgumentException($"{args[index - 1]} takes a number up to {most}.");
}
