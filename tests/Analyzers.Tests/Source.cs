using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace PollHttp.Analyzers.Tests;

/// <summary>Lines of a method that has a client, as a user writes them, with what the analyzers say of them.</summary>
internal static class Source
{
    private static readonly MetadataReference[] s_references =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(static path => MetadataReference.CreateFromFile(path))];

    /// <summary>Gets the warnings, each as its id and the text it is at.</summary>
    public static async Task<string[]> WarningsAsync(string body)
    {
        Document document = DocumentOf(body);
        return [.. (await DiagnosticsAsync(document)).Select(static found => $"{found.Id} {found.Location.SourceTree!.ToString()[found.Location.SourceSpan.Start..found.Location.SourceSpan.End]}")];
    }

    /// <summary>Gets a value indicating whether there is a fix of the one warning.</summary>
    public static async Task<bool> HasFixAsync(string body, CodeFixProvider fix) => (await ActionsAsync(DocumentOf(body), fix)).Count > 0;

    /// <summary>Gets the lines after the fix of the one warning.</summary>
    public static async Task<string> FixAsync(string body, CodeFixProvider fix)
    {
        Document document = DocumentOf(body);
        ApplyChangesOperation change = (await Assert.Single(await ActionsAsync(document, fix)).GetOperationsAsync(CancellationToken.None)).OfType<ApplyChangesOperation>().Single();
        Document changed = change.ChangedSolution.GetDocument(document.Id)!;
        Assert.Empty(await DiagnosticsAsync(changed));
        return (await changed.GetTextAsync()).ToString()[Before.Length..^After.Length];
    }

    private static async Task<List<CodeAction>> ActionsAsync(Document document, CodeFixProvider fix)
    {
        Diagnostic found = Assert.Single(await DiagnosticsAsync(document));
        List<CodeAction> actions = [];
        await fix.RegisterCodeFixesAsync(new CodeFixContext(document, found, (action, _) => actions.Add(action), CancellationToken.None));
        return actions;
    }

    private const string Before = """
        using System.Collections.Generic;
        using System.Threading.Tasks;
        using PollHttp;

        public class User
        {
            private System.ReadOnlyMemory<byte> _field;

            public async Task<Response> GetAsync(PollHttpClient client, List<System.ReadOnlyMemory<byte>> list)
            {

        """;

    private const string After = """

                return null!;
            }

            private static void Take(Response response) => response.Dispose();
        }
        """;

    private static Document DocumentOf(string body)
    {
        AdhocWorkspace workspace = new();
        return workspace.AddProject("user", LanguageNames.CSharp)
            .WithMetadataReferences(s_references)
            .WithCompilationOptions(new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable))
            .AddDocument("User.cs", Before + body + After);
    }

    private static async Task<ImmutableArray<Diagnostic>> DiagnosticsAsync(Document document)
    {
        Compilation compilation = (await document.Project.GetCompilationAsync())!;
        Assert.DoesNotContain(compilation.GetDiagnostics(), static found => found.Severity == DiagnosticSeverity.Error);
        return await compilation
            .WithAnalyzers([new ResponseDisposalAnalyzer(), new BodyReadTwiceAnalyzer(), new SliceKeptAnalyzer()])
            .GetAnalyzerDiagnosticsAsync();
    }
}
