namespace PollHttp.Servers.Tests;

/// <summary>A theory about a real server; skipped under the same conditions as a <see cref="ServerFactAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ServerTheoryAttribute : TheoryAttribute
{
    public ServerTheoryAttribute(string program) => Skip = ServerProgram.WhyNot(program);
}
