using System.Text.RegularExpressions;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>Folders use each other in one direction only, so that each can be read without those above it.</summary>
public sealed partial class FolderTests
{
    /// <summary>docs/architecture.md says why these may, and no others.</summary>
    private static readonly string[] s_mayKnowEachOther =
        ["Connections and Exchanges", "Connections and Pool", "Exchanges and Policies", "Exchanges and Pool"];

    [Fact]
    public void No_two_folders_of_Core_use_each_other() => Assert.Empty(FindCircles(Read("Core")));

    [Fact]
    public void Few_folders_of_Async_use_each_other() => Assert.Equal(
        s_mayKnowEachOther,
        FindCircles(Read("Async")).Select(static pair => pair[..pair.IndexOf(':', StringComparison.Ordinal)]).Order(StringComparer.Ordinal));

    [Fact]
    public void The_check_would_find_two_folders_that_use_each_other() => Assert.Equal(
        ["A and B: Other by First.cs, First by Other.cs"],
        FindCircles([("A", "First.cs", "class First { Other _other; }"), ("B", "Other.cs", "class Other { First _first; }")]));

    [Fact]
    public void Comments_and_texts_use_nothing() => Assert.Empty(
        FindCircles([("A", "First.cs", "class First { Other _other; }"), ("B", "Other.cs", "// First\nclass Other { string s = \"First\"; }")]));

    private static List<string> FindCircles(IReadOnlyList<(string Folder, string File, string Text)> files)
    {
        Dictionary<string, string> owner = [];
        foreach ((string folder, _, string text) in files)
        {
            foreach (Match declared in Declaration().Matches(text))
            {
                owner.TryAdd(declared.Groups[1].Value, folder);
            }
        }

        Dictionary<(string From, string To), string> uses = [];
        foreach ((string folder, string file, string text) in files)
        {
            foreach (Match word in Word().Matches(NotCode().Replace(text, "")))
            {
                if (owner.TryGetValue(word.Value, out string? to) && to != folder)
                {
                    uses.TryAdd((folder, to), $"{word.Value} by {file}");
                }
            }
        }

        return [.. uses.Keys.Where(arrow => string.CompareOrdinal(arrow.From, arrow.To) < 0 && uses.ContainsKey((arrow.To, arrow.From)))
            .Select(arrow => $"{arrow.From} and {arrow.To}: {uses[arrow]}, {uses[(arrow.To, arrow.From)]}")];
    }

    private static List<(string Folder, string File, string Text)> Read(string project)
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "PollHttp.sln")))
        {
            root = root.Parent;
        }

        string source = Path.Combine(root!.FullName, "src", project);
        List<(string, string, string)> files = [];
        foreach (string path in Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories))
        {
            string folder = Path.GetRelativePath(source, path).Split(Path.DirectorySeparatorChar)[0];
            if (folder is not ("bin" or "obj"))
            {
                files.Add((folder, Path.GetFileName(path), File.ReadAllText(path)));
            }
        }

        Assert.NotEmpty(files);
        return files;
    }

    [GeneratedRegex(@"^(?:\w+ )*(?:class|struct|interface|enum|record)\s+(?!struct\b)([A-Z]\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex("""//.*|"(?:\\.|[^"\\])*"|(?<=\w\.)[A-Z]\w+""")]
    private static partial Regex NotCode();

    [GeneratedRegex(@"\b[A-Z]\w+\b")]
    private static partial Regex Word();
}
