using Xunit.Abstractions;
using Xunit.Sdk;

namespace PollHttp.TestOrder;

/// <summary>The tests of a class, in the order of <see cref="TestOrder"/>.</summary>
public sealed class ShuffledCases : ITestCaseOrderer
{
    public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases)
        where TTestCase : ITestCase
    {
        TTestCase[] cases = [.. testCases];
        return TestOrder.Shuffle(cases, cases.Length == 0 ? "" : cases[0].TestMethod.TestClass.Class.Name);
    }
}
