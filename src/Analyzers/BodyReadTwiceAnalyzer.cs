using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace PollHttp.Analyzers;

/// <summary>Warns when a response's body is read a second time in the same block of code as the first.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BodyReadTwiceAnalyzer : DiagnosticAnalyzer
{
    private static readonly ImmutableHashSet<string> s_readers =
    [
        "ReadAsStringAsync", "ReadAsString", "ReadAsByteArrayAsync", "ReadAsByteArray", "ReadFromJsonAsync", "CopyToAsync", "CopyTo", "OpenBodyStream",
    ];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.BodyReadTwice];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (KnownTypes.Of(start.Compilation) is { } types)
            {
                start.RegisterOperationAction(block => Analyze(block, types), OperationKind.Block);
            }
        });
    }

    private static void Analyze(OperationAnalysisContext context, KnownTypes types)
    {
        HashSet<ISymbol> read = new(SymbolEqualityComparer.Default);
        foreach (IOperation statement in ((IBlockOperation)context.Operation).Operations)
        {
            foreach (IOperation reading in Direct(statement))
            {
                if (SubjectOf(reading, types) is { } subject && !read.Add(subject))
                {
                    context.ReportDiagnostic(Diagnostic.Create(Rules.BodyReadTwice, reading.Syntax.GetLocation(), subject.Name));
                }
            }

            // From here on the variable may hold another response.
            foreach (ISimpleAssignmentOperation assignment in statement.DescendantsAndSelf().OfType<ISimpleAssignmentOperation>())
            {
                if (assignment.Target is ILocalReferenceOperation { Local: var local })
                {
                    read.Remove(local);
                }
            }
        }
    }

    /// <summary>
    /// Returns the operations that a statement certainly executes. Branches, loops and functions are analyzed in their own blocks.
    /// </summary>
    private static IEnumerable<IOperation> Direct(IOperation operation)
    {
        yield return operation;
        if (operation is IForEachLoopOperation loop)
        {
            foreach (IOperation inner in Direct(loop.Collection))
            {
                yield return inner;
            }

            yield break;
        }

        foreach (IOperation child in operation.ChildOperations)
        {
            if (child is IBlockOperation or IConditionalOperation or IAnonymousFunctionOperation or ILocalFunctionOperation or ITryOperation or ISwitchOperation
                or ISwitchExpressionOperation or ILoopOperation or IUsingOperation)
            {
                continue;
            }

            foreach (IOperation inner in Direct(child))
            {
                yield return inner;
            }
        }
    }

    private static ISymbol? SubjectOf(IOperation operation, KnownTypes types) => operation switch
    {
        IInvocationOperation { TargetMethod: var method, Instance: ILocalReferenceOperation { Local: var local } }
            when types.IsResponse(method.ContainingType) && s_readers.Contains(method.Name) => local,
        IPropertyReferenceOperation { Property: { Name: "Body" or "BodyReader" } property, Instance: ILocalReferenceOperation { Local: var local } }
            when types.IsResponse(property.ContainingType) => local,
        _ => null,
    };
}
