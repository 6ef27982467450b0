using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace PollHttp.Docs.Tests;

/// <summary>Compiles a whole program as a new console project would: with its implicit usings, with nullable reference types, with nothing else.</summary>
internal static class Program
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly MetadataReference[] s_references =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(static path => MetadataReference.CreateFromFile(path))];

    private static readonly SemaphoreSlim s_console = new(1);

    /// <summary>Gets what the compiler says of it, warnings included; nothing where it compiles.</summary>
    public static IEnumerable<string> Errors(string name, string code) => Compile(name, code).GetDiagnostics()
        .Where(static found => found.Severity >= DiagnosticSeverity.Warning).Select(static found => found.ToString());

    /// <summary>Runs it in this process, one at a time, in a folder of its own.</summary>
    /// <returns>What it wrote to the console.</returns>
    public static async Task<string> RunAsync(string name, string code, params string[] args)
    {
        using MemoryStream image = new();
        Assert.True(Compile(name, code).Emit(image).Success);
        MethodInfo main = Assembly.Load(image.ToArray()).EntryPoint!;
        await s_console.WaitAsync();
        TextWriter before = Console.Out;
        string folder = Environment.CurrentDirectory;
        DirectoryInfo scratch = Directory.CreateTempSubdirectory("pollhttp-docs-");
        try
        {
            using StringWriter output = new();
            Console.SetOut(TextWriter.Synchronized(output));
            Environment.CurrentDirectory = scratch.FullName;
            await Task.Run(() => main.Invoke(null, [args]));
            return output.ToString();
        }
        finally
        {
            Console.SetOut(before);
            Environment.CurrentDirectory = folder;
            scratch.Delete(recursive: true);
            s_console.Release();
        }
    }

    private static CSharpCompilation Compile(string name, string code)
    {
        CSharpParseOptions language = new(LanguageVersion.Latest);
        return CSharpCompilation.Create(
            name,
            [CSharpSyntaxTree.ParseText(ImplicitUsings, language), CSharpSyntaxTree.ParseText(code, language)],
            s_references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable)
                .WithSpecificDiagnosticOptions([new("CS1701", ReportDiagnostic.Suppress), new("CS1702", ReportDiagnostic.Suppress)])); // as the SDK does
    }

    /// <summary>Gets a program from the first line after its usings.</summary>
    public static string WithoutUsings(string code)
    {
        IEnumerable<string> lines = code.Split('\n').SkipWhile(static line => line.Length == 0
            || (line.StartsWith("using ", StringComparison.Ordinal) && !line.Contains('=', StringComparison.Ordinal)));
        return string.Join('\n', lines).TrimEnd();
    }
}
