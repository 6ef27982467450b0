using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace PollHttp.Analyzers;

/// <summary>Warns about a slice of a body that is added to a collection, or stored outside its loop: its memory is reused.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SliceKeptAnalyzer : DiagnosticAnalyzer
{
    private static readonly ImmutableHashSet<string> s_keepers = ["Add", "AddLast", "AddFirst", "Append", "Enqueue", "Insert", "Push", "TryAdd"];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.SliceKept];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (KnownTypes.Of(start.Compilation) is { } types)
            {
                start.RegisterOperationAction(loop => Analyze(loop, types), OperationKind.Loop);
            }
        });
    }

    private static void Analyze(OperationAnalysisContext context, KnownTypes types)
    {
        if (context.Operation is not IForEachLoopOperation loop || !types.IsBody(Unwrap(loop.Collection).Type) || loop.Locals.Length != 1)
        {
            return;
        }

        foreach (ILocalReferenceOperation use in loop.Body.Descendants().OfType<ILocalReferenceOperation>())
        {
            if (SymbolEqualityComparer.Default.Equals(use.Local, loop.Locals[0]) && IsKept(use, loop))
            {
                context.ReportDiagnostic(Diagnostic.Create(Rules.SliceKept, use.Syntax.GetLocation(), use.Local.Name));
            }
        }
    }

    private static bool IsKept(ILocalReferenceOperation use, IForEachLoopOperation loop)
    {
        IOperation? parent = use.Parent is IConversionOperation conversion ? conversion.Parent : use.Parent;
        return parent switch
        {
            IArgumentOperation { Parent: IInvocationOperation { TargetMethod: var method } } =>
                s_keepers.Contains(method.Name) && method.ContainingNamespace.ToDisplayString().StartsWith("System.Collections", System.StringComparison.Ordinal),
            ISimpleAssignmentOperation { Target: IFieldReferenceOperation or IPropertyReferenceOperation or IArrayElementReferenceOperation } => true,
            ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var local } } =>
                !loop.Syntax.Span.Contains(local.DeclaringSyntaxReferences[0].Span),
            _ => false,
        };
    }

    /// <summary>Returns the body itself, without <c>ConfigureAwait</c>, <c>WithCancellation</c> and conversions around it.</summary>
    private static IOperation Unwrap(IOperation collection) => collection switch
    {
        IConversionOperation conversion => Unwrap(conversion.Operand),
        IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "WithCancellation", Instance: { } instance } => Unwrap(instance),
        IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "WithCancellation", Arguments: { Length: > 0 } arguments } => Unwrap(arguments[0].Value),
        _ => collection,
    };
}
