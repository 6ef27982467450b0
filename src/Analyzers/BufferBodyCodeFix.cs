using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PollHttp.Analyzers;

/// <summary>
/// Buffers a body that is read twice: puts <c>await response.Content.LoadIntoBufferAsync();</c> before the first reading, and has every reading
/// of the block read <c>Content</c>. Offered where all of them have a method of the same name there, and are awaited.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class BufferBodyCodeFix : CodeFixProvider
{
    private const string Title = "Buffer the body, and read Content";

    private static readonly ImmutableHashSet<string> s_ofContent = ["ReadAsStringAsync", "ReadAsByteArrayAsync", "CopyToAsync"];

    private static readonly ImmutableHashSet<string> s_others =
        ["ReadAsString", "ReadAsByteArray", "ReadFromJsonAsync", "CopyTo", "OpenBodyStream", "Body", "BodyReader"];

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.BodyReadTwice.Id];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (root?.FindNode(context.Span, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>()
                is { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: var response } } } second
            && second.FirstAncestorOrSelf<BlockSyntax>() is { } block)
        {
            MemberAccessExpressionSyntax[] uses =
            [
                .. block.DescendantNodes().OfType<MemberAccessExpressionSyntax>()
                    .Where(use => use.Expression is IdentifierNameSyntax subject && subject.Identifier.Text == response),
            ];
            MemberAccessExpressionSyntax[] readings = [.. uses.Where(static use => s_ofContent.Contains(use.Name.Identifier.Text))];
            if (!uses.Any(static use => s_others.Contains(use.Name.Identifier.Text)) && readings.All(IsAwaited))
            {
                context.RegisterCodeFix(
                    CodeAction.Create(Title, _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(block, Buffered(block, readings, response)))), Title),
                    context.Diagnostics);
            }
        }
    }

    private static bool IsAwaited(MemberAccessExpressionSyntax reading) => reading.Parent is InvocationExpressionSyntax { Parent: AwaitExpressionSyntax };

    private static BlockSyntax Buffered(BlockSyntax block, MemberAccessExpressionSyntax[] readings, string response)
    {
        int first = block.Statements.IndexOf(statement => statement.Contains(readings[0]));
        BlockSyntax changed = block.ReplaceNodes(readings, static (reading, _) => reading.WithExpression(ContentOf(reading.Expression)));
        StatementSyntax before = changed.Statements[first];
        StatementSyntax load = SyntaxFactory.ParseStatement($"await {response}.Content.LoadIntoBufferAsync();")
            .WithLeadingTrivia(before.GetLeadingTrivia())
            .WithTrailingTrivia(SyntaxFactory.ElasticCarriageReturnLineFeed);
        return changed.WithStatements(changed.Statements.Insert(first, load));
    }

    private static MemberAccessExpressionSyntax ContentOf(ExpressionSyntax response) => SyntaxFactory.MemberAccessExpression(
        SyntaxKind.SimpleMemberAccessExpression, response, SyntaxFactory.IdentifierName("Content"));
}
