namespace PollHttp.LinkChecker;

/// <summary>What is to be requested of one host, with as many workers as are polite, and a pause between two requests of each.</summary>
internal sealed class HostQueue(string name)
{
    public string Name { get; } = name;

    public Queue<Uri> Waiting { get; } = new();

    public int Workers { get; set; }

    public int Done { get; set; }

    public int Broken { get; set; }
}
