namespace PollHttp.Servers.Tests;

/// <summary>
/// A fact about a real server. Where its program isn't installed the test is skipped and says which program is missing; with
/// POLLHTTP_REQUIRE_SERVERS=1 it runs all the same, and fails.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ServerFactAttribute : FactAttribute
{
    public ServerFactAttribute(string program) => Skip = ServerProgram.WhyNot(program);
}
