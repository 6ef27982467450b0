namespace PollHttp.Swarm;

/// <summary>Makes calls of an <see cref="HttpClient"/> over the library's handler.</summary>
internal sealed class HandlerFlow(HttpClient client, Uri origin, ISwarmRun run)
{
    public async Task RunAsync(Call call)
    {
        CancellationTokenSource canceling = new();
        try
        {
            Leaving.ScheduleCancel(call, run, canceling);
            call.Enter("send", run.Scenario.Client.Timeout + Buffering(call));
            EndInTime(call, canceling);
            HttpResponseMessage response = await client.SendAsync(MakeMessage(call), OptionOf(call), canceling.Token);
            call.IsHttp2 = response.Version == System.Net.HttpVersion.Version20;
            EndStalled(call, canceling);
            Check(call, response);
            Finish(call, response, await ReadAsync(call, response, canceling));
        }
        catch (Exception error)
        {
            Judge.Failed(call, run, error);
        }
    }

    public void Run(Call call)
    {
        CancellationTokenSource canceling = new();
        TimeSpan begun = run.Now;
        try
        {
            Leaving.ScheduleCancel(call, run, canceling);
            call.Enter("send", run.Scenario.Client.Timeout + Buffering(call));
            EndInTime(call, canceling);
            HttpResponseMessage response = client.Send(MakeMessage(call), OptionOf(call), canceling.Token);
            EndStalled(call, canceling);
            Check(call, response);
            Finish(call, response, Read(call, response, canceling));
        }
        catch (ObjectDisposedException) when (call.Plan.Read.Way == WayKind.Whole
            && (call.IsCanceled || run.Now - begun >= run.Scenario.Client.Timeout))
        {
            call.End("timeout"); // HttpClient disposes of what it buffers when the time is over; where it had just ended, it throws nothing
        }
        catch (Exception error)
        {
            Judge.Failed(call, run, error);
        }
    }

    private static HttpCompletionOption OptionOf(Call call) =>
        call.Plan.Read.Way == WayKind.Whole ? HttpCompletionOption.ResponseContentRead : HttpCompletionOption.ResponseHeadersRead;

    private static TimeSpan Buffering(Call call) => call.Plan.Read.Way == WayKind.Whole ? call.Plan.Answer.Duration : TimeSpan.Zero;

    private HttpRequestMessage MakeMessage(Call call)
    {
        HttpRequestMessage message = new(new HttpMethod(call.Plan.Method), new Uri(origin, $"/{call.Plan.Number}/0"));
        if (run.Scenario.AsksForHttp2(call.Plan))
        {
            (message.Version, message.VersionPolicy) = (System.Net.HttpVersion.Version20, call.Plan.IsTunnel ? HttpVersionPolicy.RequestVersionExact : Http2Plan.PolicyOf(run.Scenario));
            message.Headers.Protocol = call.Plan.IsTunnel ? "echo" : null;
        }

        if (call.Plan.Content is { } plan)
        {
            ContentSource source = new(call, run);
            message.Content = plan.Kind switch
            {
                ContentKind.Bytes => new ByteArrayContent(Pattern.Make(Pattern.OfContent(call.Plan.Number), plan.Length)),
                ContentKind.Multipart => new MultipartContent { new SourceHttpContent(() => new(call, run), plan.KnowsLength ? plan.Length : null) },
                ContentKind.Stream or ContentKind.Pieces or ContentKind.File => new StreamContent(new SourceStream(source)),
                _ => new SourceHttpContent(() => new(call, run), plan.KnowsLength ? plan.Length : null),
            };
            message.Headers.TransferEncodingChunked = plan.KnowsLength || plan.Kind == ContentKind.Bytes ? null : true;
        }

        return message;
    }

    /// <summary>In virtual time, does what the timeout of HttpClient does in real time.</summary>
    private void EndInTime(Call call, CancellationTokenSource canceling)
    {
        if (run.Scenario.IsSimulated)
        {
            run.After(run.Scenario.Client.Timeout, elsewhere: call.Plan.IsBlocking, () =>
            {
                if (!call.HasHead && !call.IsOver)
                {
                    call.IsCanceled = true;
                    call.Note("timeout");
                    canceling.Cancel();
                }
            });
        }
    }

    /// <summary>Cancels a read of a body that stands: by default, the handler has no limit for that.</summary>
    private void EndStalled(Call call, CancellationTokenSource canceling)
    {
        call.HasHead = true;
        if (call.Plan.Answer.Cut == CutKind.Stall)
        {
            TimeSpan after = run.Scenario.Client.BodyIdle;
            run.After(after, elsewhere: true, () =>
            {
                call.IsCanceled = true;
                canceling.Cancel();
                call.Dispose?.Invoke();
            });
        }
    }

    private void Check(Call call, HttpResponseMessage response)
    {
        string number = response.Headers.TryGetValues("X-Number", out IEnumerable<string>? values) ? string.Join(',', values) : "";
        if (response.StatusCode != System.Net.HttpStatusCode.OK || number != $"{call.Plan.Number}")
        {
            run.Ledger.Fail("response of another", $"{response.StatusCode}, number {number} for {call}");
            throw new SwarmStopException();
        }

        if (call.Plan is { IsBlocking: true, Answer.Cut: CutKind.Stall })
        {
            call.Dispose = () =>
            {
                call.IsLeft = true;
                response.Dispose();
            };
        }
    }

    private static void Finish(Call call, HttpResponseMessage response, bool ended)
    {
        if (call.Plan.Read.Leave != LeaveKind.Drop)
        {
            response.Dispose();
        }

        call.End(ended ? "whole" : call.Plan.Read.Leave == LeaveKind.Drop ? "dropped" : "left");
    }

    private async Task<bool> ReadAsync(Call call, HttpResponseMessage response, CancellationTokenSource canceling)
    {
        BodyCheck check = new(call, run);
        Action leave = () => Leaving.Leave(call, run, response.Dispose, response.Dispose, canceling);
        Leaving.ScheduleByOthers(call, run, leave);
        bool ended;
        switch (call.Plan.Read.Way)
        {
            case WayKind.Stream when call.Plan.IsTunnel:
                return await new TunnelFlow(call, run, check, leave, canceling.Token).RunAsync(await response.Content.ReadAsStreamAsync(canceling.Token));
            case WayKind.Never:
                return false;
            case WayKind.Whole:
                call.Enter("whole", call.Plan.Method == "HEAD" ? Reading.LimitOf(call, run) : TimeSpan.Zero); // HttpClient has buffered all others
                check.Accept(await response.Content.ReadAsByteArrayAsync(canceling.Token));
                ended = true;
                break;
            case WayKind.Copy:
                TimeSpan limit = Reading.LimitOf(call, run);
                call.Enter("copy", limit);
                CheckingStream destination = new(check, () => Reading.PauseAsync(call, run, "copy", limit), () => Reading.LeaveIfDue(check, leave));
                await response.Content.CopyToAsync(destination, canceling.Token);
                ended = true;
                break;
            default:
                ended = await Reading.StreamAsync(call, run, await response.Content.ReadAsStreamAsync(canceling.Token), check, leave, canceling.Token);
                break;
        }

        if (ended)
        {
            check.End();
        }

        return ended;
    }

    private bool Read(Call call, HttpResponseMessage response, CancellationTokenSource canceling)
    {
        BodyCheck check = new(call, run);
        Action leave = () => Leaving.Leave(call, run, response.Dispose, response.Dispose, canceling);
        if (call.Plan.Read.Way == WayKind.Never)
        {
            return false;
        }

        bool ended = BlockingFlow.ReadStream(call, run, response.Content.ReadAsStream(canceling.Token), check, leave);
        if (ended)
        {
            check.End();
        }

        return ended;
    }
}
