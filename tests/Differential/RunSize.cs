using System.Globalization;
using CsCheck;

namespace PollHttp.Differential;

/// <summary>How many samples a test takes: few in <c>dotnet test</c>, always the same; with <c>POLLHTTP_DIFFERENTIAL=full</c> many, others
/// each time, or as many as that variable says.</summary>
internal static class RunSize
{
    private const long Full = 100_000;

    private static readonly string? s_asked = Environment.GetEnvironmentVariable("POLLHTTP_DIFFERENTIAL");

    /// <summary>Checks a share of samples, or as many as are asked for.</summary>
    public static void Sample<T>(Gen<T> samples, Action<T> check, uint share)
    {
        if (!string.IsNullOrEmpty(s_asked))
        {
            long count = s_asked == "full" ? Full : long.Parse(s_asked, NumberStyles.None, CultureInfo.InvariantCulture);
            samples.Sample(check, iter: count, threads: 1);
            return;
        }

        for (uint i = 0; i < share; i++)
        {
            T sample = samples.Generate(new PCG(i, i), null, out _);
            try
            {
                check(sample);
            }
            catch (Exception error)
            {
                throw new Xunit.Sdk.XunitException($"Sample {i}, {sample}: {error.Message}", error);
            }
        }
    }
}
