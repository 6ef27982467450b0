using System.Text;
using PollHttp.Cli.Display;

namespace PollHttp.Cli.Timings;

/// <summary>Draws where the time of each exchange went: one line per phase, with a bar from its start to its end.</summary>
internal static class Waterfall
{
    private const int NameWidth = 9;
    private const int TimeWidth = 9;
    private const int MaxBarWidth = 72;

    public static string Draw(IReadOnlyList<WireExchange> exchanges, int width, Ink ink)
    {
        StringBuilder text = new();
        WireRedaction redaction = new();
        foreach (WireExchange exchange in exchanges)
        {
            string status = exchange.Response is { } head ? ink.Status(head.StatusCode, head.StatusCode.ToString(CultureInfo.InvariantCulture)) : ink.Red("failed");
            string connection = exchange.Connection is null ? "" : exchange.Connection.IsReused ? ", on an existing connection" : ", on a new connection";
            text.Append(ink.Bold($"{exchange.Method} {Failure.Line(redaction.RedactUri(exchange.Uri))}"))
                .Append("  ").Append(status).Append("  ").Append(Units.Time(exchange.Elapsed)).Append(connection).Append('\n');
            DrawPhases(text, Phase.Of(exchange.Timings, exchange.Connection?.Tls is not null), exchange.Elapsed, width, ink);
        }

        return text.ToString();
    }

    private static void DrawPhases(StringBuilder text, IReadOnlyList<Phase> phases, TimeSpan elapsed, int width, Ink ink)
    {
        int columns = Math.Clamp(width - NameWidth - TimeWidth - 6, 10, MaxBarWidth);
        TimeSpan end = phases.Count > 0 && phases[^1].End > elapsed ? phases[^1].End : elapsed;
        double scale = end > TimeSpan.Zero ? columns / end.TotalMicroseconds : 0;
        foreach (Phase phase in phases)
        {
            int from = Math.Min((int)(phase.Begin.TotalMicroseconds * scale), columns - 1);
            int to = Math.Clamp((int)Math.Ceiling(phase.End.TotalMicroseconds * scale), from + 1, columns);
            text.Append("  ").Append(phase.Name.PadRight(NameWidth))
                .Append(Units.Time(phase.End - phase.Begin).PadLeft(TimeWidth)).Append("  ")
                .Append(' ', from).Append(Paint(phase.Name, new string('█', to - from), ink)).Append('\n');
        }
    }

    private static string Paint(string phase, string bar, Ink ink) => phase switch
    {
        "lookup" => ink.Magenta(bar),
        "connect" => ink.Yellow(bar),
        "TLS" => ink.Red(bar),
        "queue" => ink.Dim(bar),
        "wait" => ink.Green(bar),
        "receive" => ink.Blue(bar),
        _ => ink.Cyan(bar),
    };
}
