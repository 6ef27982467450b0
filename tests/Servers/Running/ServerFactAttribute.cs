namespace PollHttp.Servers.Tests;

/// <summary>
/// A fact about a real server. Where a program that it needs isn't installed the test is skipped and says which one is missing; with
/// POLLHTTP_REQUIRE_SERVERS=1 it runs all the same, and fails.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ServerFactAttribute : FactAttribute
{
    public ServerFactAttribute(params string[] programs) => Skip = ServerProgram.WhyNot(programs);
}
