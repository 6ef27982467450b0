using System.Globalization;

namespace PollHttp.Differential;

/// <summary>How many samples a test takes: few in <c>dotnet test</c>, many with <c>POLLHTTP_DIFFERENTIAL=full</c>, or as many bodies as
/// that variable says.</summary>
internal static class RunSize
{
    private const long Full = 100_000;

    private static readonly string? s_asked = Environment.GetEnvironmentVariable("POLLHTTP_DIFFERENTIAL");

    /// <summary>Returns the count for a test that takes this many in a short run.</summary>
    public static long OrFull(long usual) => s_asked switch
    {
        null or "" => usual,
        "full" => Full,
        _ => long.Parse(s_asked, NumberStyles.None, CultureInfo.InvariantCulture),
    };
}
