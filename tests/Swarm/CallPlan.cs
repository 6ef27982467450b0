namespace PollHttp.Swarm;

/// <summary>One call: request, answer, and what the caller does with it.</summary>
internal sealed record CallPlan
{
    public required int Number { get; init; }

    public required TimeSpan Start { get; init; }

    public required string Method { get; init; }

    public required bool IsBlocking { get; init; }

    public required ContentPlan? Content { get; init; }

    public required AnswerPlan Answer { get; init; }

    public required ReadPlan Read { get; init; }

    /// <summary>Gets when its token is canceled, after its start.</summary>
    public required TimeSpan? CancelAfter { get; init; }

    /// <summary>Gets whether a callback for interim responses makes a call of its own.</summary>
    public required bool CallsFromCallback { get; init; }

    /// <summary>Gets whether it is made by a client of its own that is polled by hand.</summary>
    public required PolledKind Polled { get; init; }

    /// <summary>Gets what a server of HTTP/2 does with it beside the answer; on the simulated network, where it asks for that.</summary>
    public Http2CallPlan? Http2 { get; init; }

    /// <summary>Gets whether it opens a tunnel through a stream of HTTP/2 (RFC 8441), through which the bytes of the answer come back as they were sent.</summary>
    public bool IsTunnel => Method == "CONNECT";

    public bool IsIdempotent => Method is not ("POST" or "PATCH" or "CONNECT");

    /// <summary>Gets whether nothing in the plan of this call is a reason to fail.</summary>
    public bool IsCalm => Answer is { IsWhole: true, IsDeaf: false, IsEarly: false } && Content is null or { Trouble: TroubleKind.None or TroubleKind.Pause or TroubleKind.Elsewhere }
        && CancelAfter is null && Read.Leave == LeaveKind.None && (Answer.Redirects == 0 || Content is null);

    public static CallPlan Make(long seed, int number, Family family, bool isSimulated, int blocking, TimeSpan span)
    {
        Draw draw = new(seed, 1000 + number);
        bool isBlocking = draw.Chance(blocking);
        bool hasContent = draw.Chance(family.Content);
        string method = hasContent ? draw.Pick("POST", "POST", "PUT", "PATCH") : draw.Pick("GET", "GET", "GET", "GET", "HEAD", "DELETE");
        AnswerPlan answer = AnswerPlan.Make(draw, family, isSimulated);
        CallPlan plan = new()
        {
            Number = number,
            Start = draw.Milliseconds(0, (int)span.TotalMilliseconds),
            Method = method,
            IsBlocking = isBlocking,
            Content = hasContent ? ContentPlan.Make(draw, family, isBlocking, isSimulated) : null,
            Answer = answer,
            Read = ReadPlan.Make(draw, family, isSimulated),
            CancelAfter = draw.Chance(family.Canceled) ? draw.Milliseconds(0, isSimulated ? 1500 : 30) : null,
            CallsFromCallback = draw.Chance(20),
            Polled = PolledKind.None,
        };
        Draw more = new(seed, 2_000_000 + number);
        if (isSimulated && !isBlocking && more.Chance(10))
        {
            return plan.MadeBy(more.Pick(PolledKind.Client, PolledKind.Download));
        }

        return plan.Content is { } content && more.Chance(20) ? plan with { Content = content.As(more.Pick(ContentKind.File, ContentKind.Multipart)) } : plan;
    }

    /// <summary>Makes it fit for a client that is polled by hand: a content in memory and, for <see cref="PollClient"/>, no redirects.</summary>
    private CallPlan MadeBy(PolledKind polled) => this with
    {
        Polled = polled,
        Content = Content is null ? null : Content with { Kind = ContentKind.Bytes, KnowsLength = true, HasTrailers = false, Trouble = TroubleKind.None },
        Answer = polled == PolledKind.Client ? Answer with { Redirects = 0 } : Answer,
    };

    /// <summary>Makes a tunnel of it: nothing but its bytes, which the server sends back, and may end or reset the stream at any place.</summary>
    public CallPlan AsTunnel() => this with
    {
        Method = "CONNECT",
        Content = null,
        Answer = Answer with
        {
            Coding = "",
            Redirects = 0,
            Framing = FramingKind.Close,
            IsEarly = false,
            IsDeaf = Answer is { IsDeaf: true, NeverAnswers: true }, // an accepted tunnel has no limit of time that would end it
            Cut = Answer.Cut is CutKind.End or CutKind.Reset ? Answer.Cut : CutKind.None,
        },
        Read = Read with
        {
            Way = WayKind.Stream,
            Leave = Read.Leave == LeaveKind.Drop ? LeaveKind.Dispose : Read.Leave,
        },
    };

    public override string ToString() =>
        $"call {Number} at {Start.TotalMilliseconds} ms: {(IsBlocking ? "blocking " : "")}{(Polled == PolledKind.None ? "" : $"polled ({Polled}) ")}{Method}{(Content is null ? "" : $" with {Content}")}"
        + (CancelAfter is { } after ? $", canceled after {after.TotalMilliseconds} ms" : "") + $"; answer: {Answer}; {Read}" + (Http2 is null ? "" : $"; {Http2}");
}
