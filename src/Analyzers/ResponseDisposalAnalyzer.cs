using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace PollHttp.Analyzers;

/// <summary>
/// Warns about a local variable with a response that is never disposed. A response that leaves the variable (returned, passed on, stored,
/// captured) is ignored, since other code may dispose it.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ResponseDisposalAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.ResponseNotDisposed];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (KnownTypes.Of(start.Compilation) is { } types)
            {
                start.RegisterOperationBlockAction(block => Analyze(block, types));
            }
        });
    }

    private static void Analyze(OperationBlockAnalysisContext context, KnownTypes types)
    {
        foreach (IOperation root in context.OperationBlocks)
        {
            foreach (IVariableDeclaratorOperation declarator in root.Descendants().OfType<IVariableDeclaratorOperation>())
            {
                if (types.IsResponse(declarator.Symbol.Type) && IsMadeHere(declarator, types) && !IsInUsing(declarator)
                    && !root.Descendants().OfType<ILocalReferenceOperation>().Any(use => SymbolEqualityComparer.Default.Equals(use.Local, declarator.Symbol) && Ends(use)))
                {
                    context.ReportDiagnostic(Diagnostic.Create(Rules.ResponseNotDisposed, declarator.Syntax.GetLocation(), declarator.Symbol.Name));
                }
            }
        }
    }

    /// <summary>Determines whether the response comes from a call, awaited or not, so that this code has to dispose it.</summary>
    private static bool IsMadeHere(IVariableDeclaratorOperation declarator, KnownTypes types)
    {
        IOperation? value = declarator.Initializer?.Value;
        value = value is IAwaitOperation awaited ? awaited.Operation : value;
        value = value is IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } task } ? task : value;
        return value is IInvocationOperation { TargetMethod: { } method } && !types.IsResponse(method.ContainingType); // EnsureSuccessStatusCode returns its own response
    }

    private static bool IsInUsing(IOperation declarator)
    {
        for (IOperation? above = declarator.Parent; above is not null and not IBlockOperation; above = above.Parent)
        {
            if (above is IUsingDeclarationOperation or IUsingOperation)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Determines whether a use disposes the response, or passes it to other code that may.</summary>
    private static bool Ends(ILocalReferenceOperation use)
    {
        IOperation? parent = use.Parent is IConversionOperation conversion ? conversion.Parent : use.Parent;
        return parent switch
        {
            IInvocationOperation call => call.TargetMethod.Name is "Dispose" or "DisposeAsync" or "Abort",
            IConditionalAccessOperation access => access.WhenNotNull is IInvocationOperation { TargetMethod.Name: "Dispose" or "DisposeAsync" or "Abort" },
            IPropertyReferenceOperation or IExpressionStatementOperation or IIsPatternOperation or IBinaryOperation => false,
            _ => true,
        };
    }
}
