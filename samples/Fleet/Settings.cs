namespace PollHttp.Fleet;

/// <summary>The command line.</summary>
internal sealed class Settings
{
    public const string Usage = """
        Fleet [LIST] [--store redis|memory] [--folder FOLDER] [--drill]
          LIST      a text file with an address a line; without it, files of eight hosts of its own, on the loopback
          --store   where the state of the grains is: in a redis-server that the sample starts (the default), or in the memory of the silos
          --folder  where files and store are; a second run over the same list goes on where the first one stopped
          --drill   kills one of the two silos half-way, and checks every digest at the end
        """;

    public string? List { get; private init; }

    public string? Folder { get; private init; }

    public bool UsesRedis { get; private init; } = true;

    public bool IsDrill { get; private init; }

    /// <exception cref="ArgumentException">The command line is wrong.</exception>
    public static Settings Parse(string[] args)
    {
        string? list = null;
        string? folder = null;
        bool usesRedis = true;
        bool isDrill = false;
        for (int i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--drill":
                    isDrill = true;
                    break;
                case "--store" when i + 1 < args.Length && args[i + 1] is "redis" or "memory":
                    usesRedis = args[++i] == "redis";
                    break;
                case "--folder" when i + 1 < args.Length:
                    folder = args[++i];
                    break;
                case var path when list is null && File.Exists(path):
                    list = path;
                    break;
                default:
                    throw new ArgumentException($"What is {args[i]}?\n{Usage}");
            }
        }

        return isDrill && (!usesRedis || list is not null)
            ? throw new ArgumentException("--drill is for files of its own, in Redis: the memory of a silo is lost with it.")
            : new() { List = list, Folder = folder, UsesRedis = usesRedis, IsDrill = isDrill };
    }
}
