using System.Reflection;
using System.Text.RegularExpressions;

namespace PollHttp.Parity;

/// <summary>Every difference a test expects is a row of docs/swap-in.md.</summary>
public sealed partial class DocumentedDifferenceTests
{
    [Fact]
    public void Every_expected_difference_is_documented()
    {
        string here = Folder();
        string page = File.ReadAllText(Path.Combine(here, "../../docs/swap-in.md"));
        string[] ids =
        [
            .. Directory.EnumerateFiles(here, "*.cs", SearchOption.TopDirectoryOnly)
                .SelectMany(static file => DifferenceId().Matches(File.ReadAllText(file)))
                .Select(static match => match.Groups["id"].Value)
                .Distinct(),
        ];
        Assert.NotEmpty(ids);
        Assert.All(ids, id => Assert.Contains($"\n| {id} |", page, StringComparison.Ordinal));
    }

    [GeneratedRegex("(?:new Difference|Difference [A-Za-z]+ = new|known: new)\\(\"(?<id>[^\"]+)\"")]
    private static partial Regex DifferenceId();

    // Not the path the compiler knows: a build for CI maps that to one that is the same on every machine.
    private static string Folder() => typeof(DocumentedDifferenceTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(static a => a.Key == "ProjectFolder").Value!;
}
