using Xunit;
using Xunit.Abstractions;

namespace PollHttp.TestOrder;

/// <summary>The collections of an assembly, in the order of <see cref="TestOrder"/>.</summary>
public sealed class ShuffledCollections : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        TestOrder.Shuffle(testCollections, "collections");
}
