using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace PollHttp.Swarm;

/// <summary>Makes the steps of an answer from its plan.</summary>
internal static class Answer
{
    public static List<AnswerStep> Compose(CallPlan call, int hop, bool acceptsCoding)
    {
        AnswerPlan plan = call.Answer;
        List<AnswerStep> steps = [];
        if (plan.Thinks > TimeSpan.Zero)
        {
            steps.Add(new(StepKind.Wait, Time: plan.Thinks));
        }

        for (int i = 0; i < plan.Interims; i++)
        {
            steps.Add(new(StepKind.Send, Latin1($"HTTP/1.1 103 Early Hints\r\nLink: </{call.Number}>; rel=preload\r\n\r\n")));
        }

        if (hop < plan.Redirects)
        {
            string code = call.Content is null ? "302 Found" : "307 Temporary Redirect";
            steps.Add(new(StepKind.Send, Latin1($"HTTP/1.1 {code}\r\nLocation: /{call.Number}/{hop + 1}\r\nContent-Length: {(call.Method == "HEAD" ? 0 : 5)}\r\n\r\n{(call.Method == "HEAD" ? "" : "moved")}")));
            return steps;
        }

        AddResponse(steps, call, plan, acceptsCoding);
        return steps;
    }

    /// <summary>Gets a value indicating whether any byte of the body is sent, before it is cut.</summary>
    public static bool HasBody(CallPlan call) =>
        Compose(call, call.Answer.Redirects, acceptsCoding: true).FindLast(static s => s.Kind == StepKind.Send) is { Bytes.IsEmpty: false } last
            && !last.Bytes.Span.EndsWith("\r\n\r\n"u8);

    private static void AddResponse(List<AnswerStep> steps, CallPlan call, AnswerPlan plan, bool acceptsCoding)
    {
        bool isHead = call.Method == "HEAD";
        bool isCoded = plan.Coding.Length > 0 && acceptsCoding;
        byte[] body = Pattern.Make(call.Number, plan.Length);
        body = isCoded ? Code(plan.Coding, body) : body;
        List<byte[]> parts = [Head(call, plan, isCoded, body.Length)];
        if (!isHead)
        {
            AddBody(parts, plan, body);
        }

        byte[] all = [.. parts.SelectMany(static p => p)];
        int end = all.Length;
        if (plan.Cut != CutKind.None)
        {
            end = (int)((long)all.Length * plan.CutAt / 1000);
            if (plan.Cut == CutKind.Malformed && plan.Framing == FramingKind.Chunked && !isHead)
            {
                end = AtBoundary(parts, end);
                all = [.. all.AsSpan(0, end), .. "no chunk\r\n"u8];
                end = all.Length;
            }
        }

        AddPieces(steps, all.AsMemory(0, end), plan);
        steps.AddRange(After(plan));
    }

    private static IEnumerable<AnswerStep> After(AnswerPlan plan) => plan.Cut switch
    {
        CutKind.End or CutKind.Malformed => [new(StepKind.End)],
        CutKind.Reset => [new(plan.CutAt % 2 == 0 ? StepKind.Reset : StepKind.ResetNow)],
        CutKind.Stall => [],
        _ when plan.Framing == FramingKind.Close => [new(StepKind.End)],
        _ => plan.After switch
        {
            AfterKind.Announced or AfterKind.Close => [new(StepKind.End)],
            AfterKind.Reset => [new(StepKind.Reset)],
            AfterKind.CloseLater => [new(StepKind.EndLater, Time: TimeSpan.FromMilliseconds(plan.CutAt % 20))],
            _ => [],
        },
    };

    private static byte[] Head(CallPlan call, AnswerPlan plan, bool isCoded, int length)
    {
        StringBuilder head = new("HTTP/1.1 200 OK\r\n");
        head.Append(CultureInfo.InvariantCulture, $"X-Number: {call.Number}\r\n");
        if (isCoded)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Encoding: {plan.Coding}\r\n");
        }

        head.Append(plan.Framing switch
        {
            FramingKind.Length => string.Create(CultureInfo.InvariantCulture, $"Content-Length: {length}\r\n"),
            FramingKind.Chunked => "Transfer-Encoding: chunked\r\n",
            _ => "Connection: close\r\n",
        });
        if (plan.After == AfterKind.Announced && plan.Framing != FramingKind.Close)
        {
            head.Append("Connection: close\r\n");
        }

        head.Append(CultureInfo.InvariantCulture, $"Set-Cookie: c{call.Number % 7}=v{call.Number}; Path=/\r\n\r\n");
        return Latin1(head.ToString());
    }

    private static void AddBody(List<byte[]> parts, AnswerPlan plan, byte[] body)
    {
        if (plan.Framing != FramingKind.Chunked)
        {
            parts.Add(body);
            return;
        }

        int most = Math.Max(1, plan.CutAt * 50);
        int size = Math.Clamp(body.Length / 7, 1, most);
        for (int sent = 0; sent < body.Length; sent += size)
        {
            int count = Math.Min(size, body.Length - sent);
            parts.Add([.. Latin1(string.Create(CultureInfo.InvariantCulture, $"{count:x}\r\n")), .. body.AsSpan(sent, count), .. "\r\n"u8]);
        }

        parts.Add(Latin1(plan.CutAt % 3 == 0 ? "0\r\nX-Sum: done\r\n\r\n" : "0\r\n\r\n"));
    }

    private static int AtBoundary(List<byte[]> parts, int wanted)
    {
        int end = parts[0].Length;
        foreach (byte[] part in parts.Skip(1).SkipLast(1))
        {
            if (end + part.Length > wanted)
            {
                break;
            }

            end += part.Length;
        }

        return end;
    }

    private static void AddPieces(List<AnswerStep> steps, ReadOnlyMemory<byte> bytes, AnswerPlan plan)
    {
        int size = Math.Max(1, (bytes.Length + plan.Pieces - 1) / plan.Pieces);
        for (int sent = 0; sent < bytes.Length; sent += size)
        {
            if (sent > 0)
            {
                steps.Add(new(StepKind.Wait, Time: plan.Gap));
            }

            steps.Add(new(StepKind.Send, bytes.Slice(sent, Math.Min(size, bytes.Length - sent))));
        }
    }

    public static byte[] Code(string coding, byte[] bytes)
    {
        MemoryStream target = new();
        using (Stream coder = coding switch
        {
            "gzip" => new GZipStream(target, CompressionLevel.Fastest),
            "deflate" => new ZLibStream(target, CompressionLevel.Fastest),
            _ => new BrotliStream(target, CompressionLevel.Fastest),
        })
        {
            coder.Write(bytes);
        }

        return target.ToArray();
    }

    private static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);
}
