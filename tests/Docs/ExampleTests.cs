using System.Text.RegularExpressions;

namespace PollHttp.Docs.Tests;

/// <summary>
/// Every C# block in the README, in docs/ and in the packages' readmes is either a whole program, which is compiled as it stands, or stands
/// also, word for word, between <c>// example: name</c> and <c>// end</c> in a file of Examples, where it is compiled, and run by the test
/// around it. A program may be an example as well, from its first line after the usings.
/// </summary>
public sealed partial class ExampleTests
{
    private static readonly Dictionary<string, string> s_examples = Collect();

    public static TheoryData<string> Pages =>
        [.. (string[])["README.md", .. Repository.Find("docs", "*.md"), .. Repository.Find("src", "PACKAGE.md")]];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_block_of_code_is_a_compiled_example(string page)
    {
        string text = Repository.Read(page);
        foreach (Match block in Block().Matches(text))
        {
            string name = block.Groups["name"].Value;
            string code = block.Groups["code"].Value;
            if (block.Groups["kind"].Value == "program")
            {
                Assert.Equal([], Program.Errors(name, code));
                if (s_examples.TryGetValue(name, out string? run))
                {
                    Assert.Equal(run, Program.WithoutUsings(code));
                }

                continue;
            }

            Assert.True(name.Length > 0, $"{page}: this block has no '<!-- example: name -->' line above it:\n{code}");
            Assert.True(s_examples.TryGetValue(name, out string? example), $"{page}: no file in tests/Docs/Examples has '// example: {name}'.");
            Assert.Equal(example, code.TrimEnd());
        }
    }

    /// <summary>Gets a whole program of a page.</summary>
    public static string ProgramOf(string page, string name) => Block().Matches(Repository.Read(page))
        .Single(block => block.Groups["kind"].Value == "program" && block.Groups["name"].Value == name).Groups["code"].Value;

    private static Dictionary<string, string> Collect()
    {
        Dictionary<string, string> examples = [];
        foreach (string file in Repository.Find("tests/Docs/Examples", "*.cs"))
        {
            foreach (Match match in Example().Matches(Repository.Read(file)))
            {
                int indent = match.Groups["indent"].Length;
                IEnumerable<string> lines = match.Groups["code"].Value.TrimEnd('\n').Split('\n')
                    .Select(line => line.Length >= indent ? line[indent..] : line);
                examples.Add(match.Groups["name"].Value, string.Join('\n', lines).TrimEnd());
            }
        }

        return examples;
    }

    [GeneratedRegex(@"(?:<!-- (?<kind>example|program): (?<name>[\w-]+) -->\n)?```csharp\n(?<code>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^(?<indent> *)// example: (?<name>[\w-]+)\n(?<code>.*?)^ *// end$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Example();
}
