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
        else if (!run.IsClientGone && (outcome is "refused" or "broken" || (outcome == "timeout" && run.Scenario.Family.IsBrisk)) && MustSucceed(call, run.Scenario) && !MayMeetClose(call, run.Scenario))
        {
            run.Ledger.Fail($"failed for no reason ({outcome} in {WordOf(call)})", $"{call}\n{error}");
        }

        call.End(outcome ?? error.GetType().Name);
    }

    /// <summary>Gets a value indicating whether neither the plan of a call nor its scenario is a reason to fail.</summary>
    public static bool MustSucceed(Call call, Scenario scenario) => call.Plan.IsCalm && !scenario.Client.IsDisturbed && !BodyCheck.IsOverLimit(call, scenario);

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
        || (scenario.Client.Http2 is not null && scenario.Calls.Any(c => MayBreakShared(c, call.Plan)));

    /// <summary>Gets a value indicating whether the end of one call may end another on the same connection: by a reset of the connection always, by a
    /// GOAWAY where its content can't be sent again.</summary>
    private static bool MayBreakShared(CallPlan call, CallPlan other) => call.Answer.After switch
    {
        AfterKind.Reset or AfterKind.CloseLater => true,
        AfterKind.Announced or AfterKind.Close => other.Content is not (null or { Kind: ContentKind.Bytes }),
        _ => false,
    };
}
