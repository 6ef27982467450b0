using System.Reflection;
using System.Text.RegularExpressions;

namespace PollHttp.Parity;

/// <summary>Every difference a test expects is a row of docs/swap-in.md, and each row is one that a test expects.</summary>
public sealed partial class DocumentedDifferenceTests
{
    [Fact]
    public void The_expected_differences_are_the_documented_ones()
    {
        string here = Folder();
        string page = File.ReadAllText(Path.Combine(here, "../../docs/swap-in.md"));
        IEnumerable<string> expected = Directory.EnumerateFiles(here, "*.cs", SearchOption.TopDirectoryOnly)
            .SelectMany(static file => DifferenceId().Matches(File.ReadAllText(file)))
            .Select(static match => match.Groups["id"].Value)
            .Distinct();
        IEnumerable<string> documented = DifferenceRow().Matches(page[page.IndexOf("\n## What differs\n", StringComparison.Ordinal)..])
            .Select(static match => match.Groups["id"].Value)
            .Where(static id => id != "difference");
        Assert.Equal(documented.Order(StringComparer.Ordinal), expected.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("^\\| (?<id>[^|-][^|]*) \\|", RegexOptions.Multiline)]
    private static partial Regex DifferenceRow();

    [GeneratedRegex("(?:new Difference|Difference [A-Za-z]+ = new|known: new)\\(\"(?<id>[^\"]+)\"")]
    private static partial Regex DifferenceId();

    // Not the path the compiler knows: a build for CI maps that to one that is the same on every machine.
    private static string Folder() => typeof(DocumentedDifferenceTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(static a => a.Key == "ProjectFolder").Value!;
}
