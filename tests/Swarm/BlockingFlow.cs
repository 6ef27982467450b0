namespace PollHttp.Swarm;

/// <summary>Makes blocking calls of a <see cref="PollHttpClient"/>, on the calling thread.</summary>
internal sealed class BlockingFlow(PollHttpClient client, Uri origin, ISwarmRun run)
{
    public void Run(Call call)
    {
        CancellationTokenSource canceling = new();
        try
        {
            Leaving.ScheduleCancel(call, run, canceling);
            call.Enter("send", run.Scenario.Client.Timeout);
            Response response = client.Send(ClientFlow.MakeRequest(client, call, origin, run), canceling.Token);
            call.HasHead = true;
            call.Note($"head {(int)response.StatusCode}");
            ClientFlow.Check(call, run, response);
            Read(call, response, canceling);
        }
        catch (Exception error)
        {
            Judge.Failed(call, run, error);
        }
    }

    private void Read(Call call, Response response, CancellationTokenSource canceling)
    {
        ReadPlan read = call.Plan.Read;
        BodyCheck check = new(call, run);
        Action leave = () => Leaving.Leave(call, run, response.Dispose, response.Abort, canceling);
        Leaving.ScheduleByOthers(call, run, leave);
        bool ended = read.Way switch
        {
            WayKind.Slices or WayKind.Pipe => ReadSlices(call, response, check, leave),
            WayKind.Stream or WayKind.Drain => ReadStream(call, run, response.OpenBodyStream(), check, leave),
            WayKind.Whole => ReadWhole(call, response, check),
            WayKind.Copy => Copy(call, response, check, leave),
            _ => Never(call, leave),
        };
        if (ended)
        {
            check.End();
        }

        if (read.Leave != LeaveKind.Drop)
        {
            response.Dispose();
        }

        call.End(ended ? "whole" : read.Leave == LeaveKind.Drop ? "dropped" : "left");
    }

    private bool ReadSlices(Call call, Response response, BodyCheck check, Action leave)
    {
        TimeSpan limit = Reading.LimitOf(call, run);
        ResponseBody.BlockingEnumerator slices = response.Body.GetEnumerator();
        if (Reading.MustDrop(call, check))
        {
            return false;
        }

        call.Enter("slices", limit);
        while (slices.MoveNext())
        {
            check.Accept(slices.Current.Span);
            if (Reading.MustDrop(call, check))
            {
                return false;
            }

            Reading.LeaveIfDue(check, leave);
            call.Enter("slices", limit);
        }

        slices.Dispose();
        return true;
    }

    public static bool ReadStream(Call call, ISwarmRun run, Stream stream, BodyCheck check, Action leave)
    {
        TimeSpan limit = Reading.LimitOf(call, run);
        byte[] buffer = new byte[Reading.BufferOf(call)];
        while (true)
        {
            if (Reading.MustDrop(call, check))
            {
                return false;
            }

            Reading.LeaveIfDue(check, leave);
            call.Enter("stream", limit);
            int count = stream.Read(buffer);
            if (count == 0)
            {
                return true;
            }

            check.Accept(buffer.AsSpan(0, count));
        }
    }

    private bool ReadWhole(Call call, Response response, BodyCheck check)
    {
        call.Enter("whole", Reading.LimitOf(call, run));
        check.Accept(response.ReadAsByteArray());
        return true;
    }

    private bool Copy(Call call, Response response, BodyCheck check, Action leave)
    {
        call.Enter("copy", Reading.LimitOf(call, run));
        response.CopyTo(new CheckingStream(check, static () => Task.CompletedTask, () => Reading.LeaveIfDue(check, leave)));
        return true;
    }

    private static bool Never(Call call, Action leave)
    {
        call.Enter("never read", TimeSpan.FromHours(1));
        if (call.Plan.Read is { Leave: not LeaveKind.Drop, LeftByOthers: false })
        {
            leave();
        }

        return false;
    }
}
