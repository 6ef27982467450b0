using System.Globalization;

namespace PollHttp.GameLoop;

/// <summary>What the command line says.</summary>
internal sealed record Settings(int Fps, int Chunk, int Seconds, int Files, int Link, bool IsPrepared)
{
    public const string Usage = """
        GameLoop [--fps N] [--chunk BYTES] [--seconds N] [--files N] [--link MEGABYTES] [--start cold|prepared]
          --fps      frames a second, 1 to 1000 (60)
          --chunk    bytes a download reads at a time, 256 to 16777216 (65536)
          --seconds  how long to play, 1 to 3600 (10)
          --files    downloads at once, 1 to 16 (4)
          --link     what the server gives in all, in MB a second, 1 to 10000 (100)
          --start    whether what runs for the first time is compiled before, or within the first frames (prepared)
        """;

    public TimeSpan Frame => TimeSpan.FromSeconds(1.0 / Fps);

    /// <summary>What the network may take of a frame; the rest is the game's.</summary>
    public TimeSpan NetworkBudget => Frame / 2;

    public long LinkBytes => Link * 1_000_000L;

    public static Settings Parse(string[] args)
    {
        Settings settings = new(Fps: 60, Chunk: 64 * 1024, Seconds: 10, Files: 4, Link: 100, IsPrepared: true);
        for (int i = 0; i < args.Length; i += 2)
        {
            string? value = i + 1 < args.Length ? args[i + 1] : null;
            settings = args[i] switch
            {
                "--fps" => settings with { Fps = Number(args[i], value, 1, 1000) },
                "--chunk" => settings with { Chunk = Number(args[i], value, 256, 16 * 1024 * 1024) },
                "--seconds" => settings with { Seconds = Number(args[i], value, 1, 3600) },
                "--files" => settings with { Files = Number(args[i], value, 1, 16) },
                "--link" => settings with { Link = Number(args[i], value, 1, 10_000) },
                "--start" => settings with { IsPrepared = Start(value) },
                _ => throw new SampleException($"Unknown argument {args[i]}.\n{Usage}"),
            };
        }

        return settings;
    }

    private static bool Start(string? text) => text switch
    {
        "prepared" => true,
        "cold" => false,
        _ => throw new SampleException($"--start takes cold or prepared.\n{Usage}"),
    };

    private static int Number(string name, string? text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new SampleException($"{name} takes a number from {least} to {most}.\n{Usage}");
}
