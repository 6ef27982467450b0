using System.Globalization;
using System.Text;
using PollHttp.Core;
using PollHttp.Core.Http2;

namespace PollHttp.Docs.Tests;

/// <summary>
/// docs/transitions.md is drawn from the tables in the code. Run with POLLHTTP_UPDATE_DOCS=1 to draw it anew.
/// </summary>
public sealed class TransitionsPageTests
{
    private const string Page = "docs/transitions.md";

    [Fact]
    public void The_page_of_transitions_is_what_the_tables_say()
    {
        string drawn = Draw();
        if (Environment.GetEnvironmentVariable("POLLHTTP_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(Path.Combine(Repository.Root, Page), drawn);
        }

        Assert.Equal(drawn, Repository.Read(Page));
    }

    private static string Draw()
    {
        StringBuilder page = new();
        page.Append("# Transitions\n\n");
        page.Append("A test generates this page from the tables in the code, and fails when the two differ. Do not edit it.\n");
        page.Append("`POLLHTTP_UPDATE_DOCS=1 dotnet test tests/Docs` regenerates it.\n\n");
        page.Append("A transition that is in no table can't happen: a command that would cause it is refused and changes nothing.\n");
        Machine(page, "Sending", "The sending side of an HTTP/1.1 connection.", Edges<SendState, SendEvent>(Transitions.Next));
        Machine(page, "Receiving", "The receiving side of an HTTP/1.1 connection.", Edges<ReceiveState, ReceiveEvent>(Transitions.Next));
        Machine(page, "Response", "How far the response of an exchange has been read and reported.", Edges<Core.ResponseProgress, ResponseEvent>(ResponseTransitions.Next));
        Machine(page, "Streams", "A stream of HTTP/2: what the peer may still send, and whether it counts towards the peer's limit.", Edges<StreamState, StreamEvent>(StreamTransitions.Next));
        Machine(page, "Content of a stream", "The sending side of an exchange in HTTP/2.", Edges<SendState, StreamEvent>(StreamTransitions.Next));
        Machine(page, "Response of a stream", "The receiving side of an exchange in HTTP/2.", Edges<ReceiveState, StreamEvent>(StreamTransitions.Next));
        Statuses(page);
        return page.ToString();
    }

    private static IEnumerable<(TState From, string Cause, TState To)> Edges<TState, TEvent>(Func<TState, TEvent, TState?> next)
        where TState : struct, Enum
        where TEvent : struct, Enum =>
        from state in Enum.GetValues<TState>()
        from cause in Enum.GetValues<TEvent>()
        let to = next(state, cause)
        where to is not null
        select (state, cause.ToString(), to.Value);

    private static void Machine<TState>(StringBuilder page, string title, string text, IEnumerable<(TState From, string Cause, TState To)> edges)
        where TState : struct, Enum
    {
        (TState From, string Cause, TState To)[] all = [.. edges];
        page.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n{text}\n\n");

        // What leads to the same state from nearly everywhere would hide the picture behind its arrows: the table has it.
        string[] everywhere = [.. all.GroupBy(static e => e.Cause).Where(static g => g.Count() > 3).Select(static g => g.Key)];
        Diagram(page, all.Where(e => !everywhere.Contains(e.Cause)));
        if (everywhere.Length > 0)
        {
            page.Append(CultureInfo.InvariantCulture, $"\nNot drawn, since they apply in almost every state: {string.Join(", ", everywhere.Select(static e => $"`{e}`"))}.\n");
        }

        page.Append("\n| from | event | to |\n|---|---|---|\n");
        foreach ((TState from, string cause, TState to) in all)
        {
            page.Append(CultureInfo.InvariantCulture, $"| {from} | {cause} | {to} |\n");
        }
    }

    private static void Statuses(StringBuilder page)
    {
        page.Append("\n## The statuses of PollClient\n\nWhich status may follow which. `Close` leads to Disconnected from every status.\n\n");
        PollStatus[] all = Enum.GetValues<PollStatus>();
        Diagram(page, from a in all from b in all where a != b && PollStatusTable.Allows(a, b) select (a, "", b));
    }

    private static void Diagram<TState>(StringBuilder page, IEnumerable<(TState From, string Cause, TState To)> edges)
        where TState : struct, Enum
    {
        page.Append("```mermaid\nstateDiagram-v2\n");
        foreach (IGrouping<(TState From, TState To), (TState From, string Cause, TState To)> group in edges.GroupBy(static e => (e.From, e.To)))
        {
            string causes = string.Join(", ", group.Select(static e => e.Cause));
            page.Append(CultureInfo.InvariantCulture, $"    {group.Key.From} --> {group.Key.To}{(causes.Length > 0 ? $": {causes}" : "")}\n");
        }

        page.Append("```\n");
    }
}
