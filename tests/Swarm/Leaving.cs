namespace PollHttp.Swarm;

/// <summary>Ways to give a call up.</summary>
internal static class Leaving
{
    public static void ScheduleCancel(Call call, ISwarmRun run, CancellationTokenSource canceling)
    {
        if (call.Plan.CancelAfter is { } after)
        {
            run.After(after, call.Plan.IsBlocking || call.Plan.Number % 2 == 0, () =>
            {
                if (!call.IsOver)
                {
                    call.IsCanceled = true;
                    call.Note("cancel");
                    call.MustEndSoon();
                    canceling.Cancel();
                }
            });
        }
    }

    public static void ScheduleByOthers(Call call, ISwarmRun run, Action leave)
    {
        if (call.Plan.Read.LeftByOthers)
        {
            run.After(call.Plan.Read.LeaveAfter, call.Plan.IsBlocking || call.Plan.Number % 3 != 0, () =>
            {
                if (!call.IsOver)
                {
                    leave();
                }
            });
        }
    }

    public static void Leave(Call call, ISwarmRun run, Action dispose, Action abort, CancellationTokenSource canceling)
    {
        call.Note($"{call.Plan.Read.Leave} at {call.BytesRead}");
        run.Progressed();
        switch (call.Plan.Read.Leave)
        {
            case LeaveKind.Dispose:
                call.IsLeft = true;
                dispose();
                break;
            case LeaveKind.Abort:
                call.IsLeft = true;
                abort();
                break;
            case LeaveKind.Cancel:
                call.IsCanceled = true;
                canceling.Cancel();
                break;
            default:
                break;
        }
    }
}
