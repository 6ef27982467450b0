namespace PollHttp.Parity;

/// <summary>For tests that count what the whole process shares.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
