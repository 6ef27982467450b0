using System.Buffers;
using System.Net;

namespace PollHttp.Swarm;

/// <summary>Makes asynchronous calls of a <see cref="PollHttpClient"/>.</summary>
internal sealed class ClientFlow(PollHttpClient client, Uri origin, ISwarmRun run)
{
    public async Task RunAsync(Call call)
    {
        CancellationTokenSource canceling = new();
        try
        {
            Leaving.ScheduleCancel(call, run, canceling);
            call.Enter("send", run.Scenario.Client.Timeout);
            Response response = await client.SendAsync(MakeRequest(client, call, origin, run), canceling.Token);
            call.HasHead = true;
            call.IsHttp2 = response.Version == HttpVersion.Version20;
            call.Note($"head {(int)response.StatusCode}");
            Check(call, run, response);
            await ReadAsync(call, response, canceling);
        }
        catch (Exception error)
        {
            Judge.Failed(call, run, error);
        }
    }

    public static Request MakeRequest(PollHttpClient client, Call call, Uri origin, ISwarmRun run)
    {
        Request request = new(call.Plan.Method, new Uri(origin, $"/{call.Plan.Number}/0"));
        if (call.Plan.Content is not null)
        {
            request.Content = ContentSource.Make(call, run);
        }

        if (run.Scenario.AsksForHttp2(call.Plan))
        {
            request.Options = new() { Version = HttpVersion.Version20, VersionPolicy = Http2Plan.PolicyOf(run.Scenario) };
        }

        // A call that waits for a proxy in a callback holds up the one around it, which may be beyond its own limits then.
        if (call.Plan is { CallsFromCallback: true, Answer.Interims: > 0 } && run.Scenario.Client.ProxyTrouble == 0)
        {
            request.Options ??= new();
            request.Options.OnInformational = _ => run.Blocking(() => Nested(client, call, origin, run));
        }

        return request;
    }

    public static void Check(Call call, ISwarmRun run, Response response)
    {
        if (response.StatusCode != HttpStatusCode.OK || response.Headers.GetCombined("X-Number") != $"{call.Plan.Number}")
        {
            run.Ledger.Fail("response of another", $"{response.StatusCode}, number {response.Headers.GetCombined("X-Number")} for {call}");
            throw new SwarmStopException();
        }
    }

    private static void Nested(PollHttpClient client, Call call, Uri origin, ISwarmRun run)
    {
        int number = run.Ledger.NextProbe();
        try
        {
            using Response response = client.Send(new Request("GET", new Uri(origin, $"/{number}/0")));
            byte[] body = response.ReadAsByteArray();
            if (Pattern.FirstWrong(number, 0, body) >= 0 || body.Length != 1000)
            {
                run.Ledger.Fail("wrong bytes in a call from a callback", call.ToString());
            }
        }
        catch (Exception error) when (error is HttpRequestException or RequestTimeoutException or IOException or ObjectDisposedException)
        {
            call.Note("nested " + error.GetType().Name);
            if (error is RequestTimeoutException && run.Scenario.Family.IsBrisk)
            {
                run.Ledger.Fail("failed for no reason (timeout in a call from a callback)", $"{call}\n{error}");
            }
        }
    }

    private async Task ReadAsync(Call call, Response response, CancellationTokenSource canceling)
    {
        ReadPlan read = call.Plan.Read;
        BodyCheck check = new(call, run);
        Action leave = () => Leaving.Leave(call, run, response.Dispose, response.Abort, canceling);
        Leaving.ScheduleByOthers(call, run, leave);
        bool ended = read.Way switch
        {
            WayKind.Slices => await ReadSlicesAsync(call, response, check, leave, canceling.Token),
            WayKind.Pipe => await ReadPipeAsync(call, response, check, leave, canceling.Token),
            WayKind.Stream => await Reading.StreamAsync(call, run, response.OpenBodyStream(), check, leave, canceling.Token),
            WayKind.Whole => await ReadWholeAsync(call, response, check, canceling.Token),
            WayKind.Copy => await CopyAsync(call, response, check, leave, canceling.Token),
            WayKind.Drain => await DrainAsync(call, response, canceling.Token),
            _ => await NeverAsync(call, leave),
        };
        if (ended && read.Way is not (WayKind.Drain or WayKind.Never))
        {
            check.End();
        }

        if (read.Leave != LeaveKind.Drop)
        {
            response.Dispose();
        }

        call.End(ended ? "whole" : read.Leave == LeaveKind.Drop ? "dropped" : "left");
    }

    private async Task<bool> ReadSlicesAsync(Call call, Response response, BodyCheck check, Action leave, CancellationToken token)
    {
        TimeSpan limit = Reading.LimitOf(call, run);
        ResponseBody.Enumerator slices = response.Body.GetAsyncEnumerator(token);
        if (Reading.MustDrop(call, check))
        {
            return false;
        }

        call.Enter("slices", limit);
        while (await slices.MoveNextAsync())
        {
            call.Note($"slice of {slices.Current.Length}");
            check.Accept(slices.Current.Span);
            if (Reading.MustDrop(call, check))
            {
                return false;
            }

            Reading.LeaveIfDue(check, leave);
            await Reading.PauseAsync(call, run);
            call.Enter("slices", limit);
        }

        await slices.DisposeAsync();
        return true;
    }

    private async Task<bool> ReadPipeAsync(Call call, Response response, BodyCheck check, Action leave, CancellationToken token)
    {
        TimeSpan limit = Reading.LimitOf(call, run);
        System.IO.Pipelines.PipeReader reader = response.BodyReader;
        while (true)
        {
            if (Reading.MustDrop(call, check))
            {
                return false;
            }

            call.Enter("pipe", limit);
            System.IO.Pipelines.ReadResult result = await reader.ReadAsync(token);
            ReadOnlySequence<byte> buffer = result.Buffer;
            call.Note($"pipe {buffer.Length}{(result.IsCompleted ? " completed" : "")}");
            Reading.Accept(check, buffer);
            Reading.LeaveIfDue(check, leave);
            await Reading.PauseAsync(call, run);
            call.Enter("pipe advance", limit);
            long taken = result.IsCompleted || buffer.Length > 8192 ? buffer.Length : call.Plan.Read.Advance switch
            {
                0 => buffer.Length,
                1 => 0,
                _ => (buffer.Length + 1) / 2,
            };
            bool isOver = result.IsCompleted;
            call.BytesRead += taken;
            SequencePosition consumed = buffer.GetPosition(taken);
            reader.AdvanceTo(consumed, call.Plan.Read.Advance == 3 ? consumed : buffer.End);
            if (isOver)
            {
                await reader.CompleteAsync();
                return true;
            }
        }
    }

    private async Task<bool> ReadWholeAsync(Call call, Response response, BodyCheck check, CancellationToken token)
    {
        call.Enter("whole", Reading.LimitOf(call, run));
        check.Accept(await response.ReadAsByteArrayAsync(token));
        return true;
    }

    private async Task<bool> CopyAsync(Call call, Response response, BodyCheck check, Action leave, CancellationToken token)
    {
        TimeSpan limit = Reading.LimitOf(call, run);
        call.Enter("copy", limit);
        CheckingStream destination = new(check, () => Reading.PauseAsync(call, run, "copy", limit), () => Reading.LeaveIfDue(check, leave));
        await response.CopyToAsync(destination, token);
        return true;
    }

    private async Task<bool> DrainAsync(Call call, Response response, CancellationToken token)
    {
        call.Enter("drain", Reading.LimitOf(call, run));
        return await response.DrainAsync(call.Plan.Read.LeaveAt > 500 ? long.MaxValue : 10_000, token);
    }

    private async Task<bool> NeverAsync(Call call, Action leave)
    {
        call.Enter("never read", TimeSpan.FromHours(1));
        if (call.Plan.Read is { Leave: not LeaveKind.Drop, LeftByOthers: false })
        {
            await Reading.PauseAsync(call, run);
            leave();
        }

        return false;
    }
}
