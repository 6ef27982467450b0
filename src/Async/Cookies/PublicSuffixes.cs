namespace PollHttp.Cookies;

/// <summary>
/// Lists the domains under which the public can register names, so that a cookie for one of them would reach unrelated servers. The list is
/// read on first use.
/// </summary>
internal static class PublicSuffixes
{
    private static readonly Lazy<Rules> s_rules = new(Read);

    /// <summary>Determines whether a domain, lower-case and in A-labels, is a public suffix. An unlisted top-level domain is one.</summary>
    public static bool Contains(string domain)
    {
        Rules rules = s_rules.Value;
        if (rules.Exceptions.Contains(domain))
        {
            return false;
        }

        int dot = domain.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 || rules.Exact.Contains(domain) || rules.Wildcards.Contains(domain[(dot + 1)..]);
    }

    private static Rules Read()
    {
        Rules rules = new([], [], []);
        using Stream stream = typeof(PublicSuffixes).Assembly.GetManifestResourceStream("public-suffixes")
            ?? throw new InvalidOperationException("The list of public suffixes is missing from the assembly.");
        using StreamReader reader = new(stream);
        while (reader.ReadLine() is { } line)
        {
            switch (line[0])
            {
                case '#':
                    break;
                case '!':
                    rules.Exceptions.Add(line[1..]);
                    break;
                case '*':
                    rules.Wildcards.Add(line[2..]);
                    break;
                default:
                    rules.Exact.Add(line);
                    break;
            }
        }

        return rules;
    }

    private sealed record Rules(HashSet<string> Exact, HashSet<string> Wildcards, HashSet<string> Exceptions);
}
