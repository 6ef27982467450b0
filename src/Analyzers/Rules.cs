using Microsoft.CodeAnalysis;

namespace PollHttp.Analyzers;

/// <summary>Lists the diagnostics: uses of the library that compile but are wrong.</summary>
internal static class Rules
{
    public static readonly DiagnosticDescriptor ResponseNotDisposed = Make(
        "PH0001",
        "A response is never disposed",
        "'{0}' is never disposed, and holds its connection until its body is read to the end",
        "lifetime");

    public static readonly DiagnosticDescriptor BodyReadTwice = Make(
        "PH0002",
        "A body is read twice",
        "The body of '{0}' was read before: it can be read once. Keep what the first reading gave, or call Content.LoadIntoBufferAsync first and read Content.",
        "troubleshooting");

    public static readonly DiagnosticDescriptor SliceKept = Make(
        "PH0003",
        "A slice is kept past its iteration",
        "'{0}' is valid until the next iteration, and is kept longer: copy it with ToArray",
        "lifetime");

    private static DiagnosticDescriptor Make(string id, string title, string message, string page) => new(
        id,
        title,
        message,
        "Usage",
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: $"https://github.com/pollhttp/pollhttp/blob/main/docs/{page}.md");
}
