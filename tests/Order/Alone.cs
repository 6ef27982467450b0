using Xunit;

namespace PollHttp.TestOrder;

/// <summary>For tests that change or count what the whole process shares: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
