using Microsoft.CodeAnalysis;

namespace PollHttp.Analyzers;

/// <summary>Holds the library's types, as a compilation sees them.</summary>
internal sealed class KnownTypes
{
    private KnownTypes(INamedTypeSymbol response, INamedTypeSymbol body)
    {
        Response = response;
        Body = body;
    }

    public INamedTypeSymbol Response { get; }

    public INamedTypeSymbol Body { get; }

    /// <summary>Returns the types; null if the library is not referenced.</summary>
    public static KnownTypes? Of(Compilation compilation) =>
        compilation.GetTypeByMetadataName("PollHttp.Response") is { } response && compilation.GetTypeByMetadataName("PollHttp.ResponseBody") is { } body
            ? new(response, body)
            : null;

    public bool IsResponse(ITypeSymbol? type) => SymbolEqualityComparer.Default.Equals(type, Response);

    public bool IsBody(ITypeSymbol? type) => SymbolEqualityComparer.Default.Equals(type, Body);
}
