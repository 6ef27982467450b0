namespace PollHttp.Swarm;

/// <summary>Says what the exception of a call counts as, and whether the call had any reason to fail.</summary>
internal static class Judge
{
    public static void Failed(Call call, ISwarmRun run, Exception error)
    {
        if (error is SwarmStopException)
        {
            call.End("failed");
            return;
        }

        if (error is RedirectException { Response: { } last })
        {
            last.Dispose();
        }

        string? outcome = OutcomeOf(call, run, error);
        if (outcome is null)
        {
            run.Ledger.Fail($"undocumented {error.GetType().Name} in {WordOf(call)}", $"{call}\n{error}");
        }
        else if (!run.IsClientGone && (outcome is "refused" or "broken" || (outcome == "timeout" && run.Scenario.Family.IsBrisk)) && MustSucceed(call, run.Scenario) && !MayMeetClose(call, run.Scenario) && !IsUnrepeatable(call, run.Scenario, error))
        {
            run.Ledger.Fail($"failed for no reason ({outcome} in {WordOf(call)})", $"{call}\n{error}");
        }

        call.End(outcome ?? error.GetType().Name);
    }

    /// <summary>Gets a value indicating whether neither the plan of a call nor its scenario is a reason to fail.</summary>
    public static bool MustSucceed(Call call, Scenario scenario) => call.Plan.IsCalm && !scenario.Client.IsDisturbed && !BodyCheck.IsOverLimit(call, scenario)
        && !(call.Plan.IsTunnel && scenario.Client.Http2 is { Declined: > 0 } or { Http11Required: > 0 });

    public static string WordOf(Call call) => (call.Plan.IsBlocking ? "blocking " : "") + call.Stage;

    /// <summary>Gets what an exception counts as; null if the documentation has no such exception there.</summary>
    private static string? OutcomeOf(Call call, ISwarmRun run, Exception error) => error switch
    {
        PlannedException when call.Plan.Content?.Trouble == TroubleKind.Throw => "content threw",
        RequestTimeoutException or OperationCanceledException { InnerException: TimeoutException } => "timeout",
        OperationCanceledException when call.IsCanceled => "canceled",
        OperationCanceledException when run.IsClientGone => "client gone",
        OperationCanceledException { InnerException: HttpRequestException } when run.Scenario.Client.UsesHandler => "timeout", // HttpClient's, where both meet
        ObjectDisposedException when call.IsLeft => "left",
        ObjectDisposedException when run.IsClientGone => "client gone",
        HttpRequestException { InnerException: ObjectDisposedException } when call.IsLeft => "left",
        RedirectException => "redirect",
        HttpRequestException => "refused",
        IOException when call.HasHead => call.IsLeft ? "left" : "broken",
        InvalidDataException when call.Plan.Answer is { Coding.Length: > 0, Cut: not CutKind.None } => "broken",
        _ => null,
    };

    /// <summary>Gets a value indicating whether the request may have met the end of a connection that had been idle.</summary>
    private static bool MayMeetClose(Call call, Scenario scenario) =>
        call.Plan is { Answer.After: not (AfterKind.Keep or AfterKind.Announced) } or { Answer.Cut: not CutKind.None }
        || ((!call.Plan.IsIdempotent || call.Plan.Content is not null || scenario.Client.MinIdle > 0)
            && scenario.Calls.Any(static c => c.Answer.After is not (AfterKind.Keep or AfterKind.Announced)))
        || (scenario.Client.Http2 is not null && scenario.Calls.Any(c => MayBreakShared(c, call.Plan, scenario)));

    /// <summary>Gets a value indicating whether a call failed because the server refused it, in whatever way, when its content had begun and could not
    /// be read again. A content that had not begun is none of these.</summary>
    private static bool IsUnrepeatable(Call call, Scenario scenario, Exception error) =>
        CanBeSentOnce(call.Plan, scenario) && (call.HasBegunContent || call.Plan.Content!.Kind == ContentKind.Multipart)
        && error.Message.Contains("its content can't be sent again", StringComparison.Ordinal);

    /// <summary>Gets a value indicating whether the content of a call can't be read again. The handler has no contents from files.</summary>
    private static bool CanBeSentOnce(CallPlan call, Scenario scenario) =>
        call.Content is { Kind: not ContentKind.Bytes } content && (content.Kind != ContentKind.File || scenario.Client.UsesHandler);

    /// <summary>Gets a value indicating whether one call may end another on the same connection: by its end or a breach of the rules always, by a GOAWAY
    /// where the content of the other can't be sent again.</summary>
    private static bool MayBreakShared(CallPlan call, CallPlan other, Scenario scenario) =>
        call is { Http2.BreachesConnection: true, Answer.Cut: CutKind.Malformed } or { Http2: { EndsDeaf: true, DeafFor.Ticks: > 0 }, Answer.IsDeaf: true }
        || call.Answer.After switch
        {
            AfterKind.Reset or AfterKind.CloseLater => true,
            AfterKind.Announced or AfterKind.Close => CanBeSentOnce(other, scenario),
            _ => false,
        };
}
