using System.Globalization;

namespace PollHttp.Swarm;

/// <summary>Makes the steps of an answer in HTTP/2 from its plan.</summary>
internal static class Http2Answer
{
    /// <summary>Below this place, in thousandths, an answer is cut before its head.</summary>
    private const int BeforeHead = 100;

    public static IEnumerable<Http2Step> Compose(CallPlan call, int hop, bool acceptsCoding)
    {
        AnswerPlan plan = call.Answer;
        bool isHead = call.Method == "HEAD";
        if (plan.Thinks > TimeSpan.Zero)
        {
            yield return new(Http2StepKind.Wait) { Time = plan.Thinks };
        }

        for (int i = 0; i < plan.Interims; i++)
        {
            yield return new(Http2StepKind.Head) { Fields = [(":status", "103"), ("link", $"</{call.Number}>; rel=preload")] };
        }

        if (hop < plan.Redirects)
        {
            yield return new(Http2StepKind.Head) { Fields = [(":status", call.Content is null ? "302" : "307"), ("location", $"/{call.Number}/{hop + 1}")], EndsStream = isHead };
            if (!isHead)
            {
                yield return new(Http2StepKind.Data) { Bytes = "moved"u8.ToArray(), EndsStream = true };
            }

            yield break;
        }

        if (plan.Cut is CutKind.Reset or CutKind.End && plan.CutAt < BeforeHead)
        {
            yield return new(Http2StepKind.Reset) { Code = call.Http2!.Code };
            yield break;
        }

        if (call.IsTunnel)
        {
            yield return new(Http2StepKind.Head) { Fields = [(":status", "200"), ("x-number", Text(call.Number))] };
            yield break;
        }

        foreach (Http2Step step in Respond(call, plan, isHead, plan.Coding.Length > 0 && acceptsCoding))
        {
            yield return step;
        }
    }

    private static IEnumerable<Http2Step> Respond(CallPlan call, AnswerPlan plan, bool isHead, bool isCoded)
    {
        byte[] body = Pattern.Make(call.Number, plan.Length);
        body = isCoded ? Answer.Code(plan.Coding, body) : body;
        bool isWhole = plan.Cut == CutKind.None;
        int end = isHead ? 0 : isWhole ? body.Length : (int)((long)body.Length * plan.CutAt / 1000);
        bool hasTrailers = isWhole && !isHead && plan.CutAt % 3 == 0;
        yield return new(Http2StepKind.Head) { Fields = Head(call, plan, isCoded, body.Length), EndsStream = isWhole && end == 0 && !hasTrailers };
        int size = Math.Max(1, (end + plan.Pieces - 1) / plan.Pieces);
        for (int sent = 0; sent < end; sent += size)
        {
            if (sent > 0)
            {
                yield return new(Http2StepKind.Wait) { Time = plan.Gap };
            }

            yield return new(Http2StepKind.Data) { Bytes = body.AsMemory(sent, Math.Min(size, end - sent)), EndsStream = isWhole && sent + size >= end && !hasTrailers };
        }

        if (hasTrailers)
        {
            yield return new(Http2StepKind.Head) { Fields = [("x-sum", "done")], EndsStream = true };
        }

        switch (plan.Cut)
        {
            case CutKind.Reset or CutKind.End:
                yield return new(Http2StepKind.Reset) { Code = call.Http2!.Code };
                break;
            case CutKind.Malformed:
                yield return new(Http2StepKind.Breach);
                break;
            case CutKind.None when plan.IsDeaf || (plan.IsEarly && call.Http2!.ResetsContent):
                yield return new(Http2StepKind.Reset);
                break;
        }
    }

    private static (string Name, string Value)[] Head(CallPlan call, AnswerPlan plan, bool isCoded, int length)
    {
        List<(string, string)> fields = [(":status", "200"), ("x-number", Text(call.Number)), ("set-cookie", $"c{call.Number % 7}=v{call.Number}; Path=/")];
        if (isCoded)
        {
            fields.Add(("content-encoding", plan.Coding));
        }

        if (plan.Cut == CutKind.Malformed && call.Http2!.Breach == BreachKind.Length)
        {
            fields.Add(("content-length", Text(length + 1)));
        }
        else if (plan.Framing == FramingKind.Length)
        {
            fields.Add(("content-length", Text(length)));
        }

        return [.. fields];
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
