using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>A fact that needs python3-hpack; skipped where that is missing, unless POLLHTTP_REQUIRE_SERVERS is 1.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonHpackFactAttribute : FactAttribute
{
    public PythonHpackFactAttribute() => Skip = PythonHpack.WhyNot;
}
