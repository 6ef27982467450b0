using System.Net.Security;

namespace PollHttp.Swarm;

/// <summary>Makes calls with clients that are polled by hand, between the steps of the drive.</summary>
internal sealed class PolledFlow(INetwork network, Uri origin, Uri? proxy, ISwarmRun run)
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(20);

    private ClientPlan Plan => run.Scenario.Client;

    public async Task RunAsync(Call call)
    {
        try
        {
            await (call.Plan.Polled == PolledKind.Client ? ExchangeAsync(call) : DownloadAsync(call));
        }
        catch (SwarmStopException)
        {
            call.End("failed");
        }
        catch (Exception error)
        {
            run.Ledger.Fail($"{error.GetType().Name} out of a polled call", $"{call}\n{error}");
            call.End(error.GetType().Name);
        }
    }

    private async Task ExchangeAsync(Call call)
    {
        using PollClient client = new(network, Options());
        if (proxy is not null)
        {
            client.SetHttpProxy(proxy.Host, proxy.Port);
            client.SetHttpsProxy(proxy.Host, proxy.Port);
        }

        ScheduleLeave(call, client.Close);
        client.ConnectToHost(origin.Host, origin.Port, Plan.IsTls ? new SslClientAuthenticationOptions() : null);
        call.Enter("connect", TimeSpan.FromMinutes(1));
        await PollWhileAsync(call, client, static s => s is PollStatus.Resolving or PollStatus.Connecting);
        if (client.Status == PollStatus.Connected)
        {
            client.Request(call.Plan.Method, $"/{call.Plan.Number}/0", (IEnumerable<HeaderField>?)null, ContentOf(call));
            call.Enter("send", (s_longest * 2) + (Plan.Head ?? s_longest) + call.Plan.Answer.Duration);
            await PollWhileAsync(call, client, static s => s == PollStatus.Requesting);
        }

        if (client.Status is PollStatus.Body or PollStatus.Connected or PollStatus.Disconnected && client.HasResponse)
        {
            await ReadAsync(call, client);
        }

        End(call, client.Fault.Exists ? client.Fault.ToString() : null, client.Fault.Kind == FaultKind.TimedOut, client.HasResponse);
    }

    private async Task ReadAsync(Call call, PollClient client)
    {
        call.HasHead = true;
        call.Note($"head {client.ResponseCode}");
        Check(call, client.ResponseCode, client.ResponseHeaders);
        BodyCheck check = new(call, run);
        call.Enter("body", Reading.LimitOf(call, run));
        while (client.Status == PollStatus.Body)
        {
            long before = call.BytesRead;
            Take(call, client, check);
            if (check.MustLeave && client.Status == PollStatus.Body)
            {
                call.IsLeft = true;
                client.Close();
                return;
            }

            if (client.Status == PollStatus.Body)
            {
                await StepAsync(call.BytesRead > before);
            }

            if (call.BytesRead > before)
            {
                call.Enter("body", Reading.LimitOf(call, run));
            }
        }

        if (!call.IsLeft && !client.Fault.Exists)
        {
            check.End();
        }
    }

    private void Take(Call call, PollClient client, BodyCheck check)
    {
        if (call.Plan.Read.Way == WayKind.Copy)
        {
            client.PollBody(Plan.Budget, bytes => check.Accept(bytes));
            return;
        }

        client.Poll(Plan.Budget);
        switch (call.Plan.Read.Advance)
        {
            case 0:
                check.Accept(client.ReadResponseBodyChunk());
                break;
            case 1:
                byte[] buffer = new byte[Reading.BufferOf(call)];
                check.Accept(buffer.AsSpan(0, client.ReadResponseBodyChunk(buffer)));
                break;
            default:
                while (client.TryReadResponseBodySlice(out ReadOnlyMemory<byte> slice))
                {
                    int taken = call.Plan.Read.Advance == 2 ? slice.Length : (slice.Length + 1) / 2;
                    check.Accept(slice.Span, taken);
                    client.AdvanceBody(taken);
                }

                break;
        }
    }

    private async Task DownloadAsync(Call call)
    {
        using PollDownload download = new(network, new()
        {
            Method = call.Plan.Method,
            Content = ContentOf(call),
            Timeout = Plan.Timeout,
            Codings = Plan.Decodes ? ContentCodings.GZip | ContentCodings.Deflate | ContentCodings.Brotli : ContentCodings.None,
            HttpProxy = proxy,
            HttpsProxy = proxy,
            Client = Options(),
        });
        BodyCheck check = new(call, run);
        ScheduleLeave(call, download.Cancel);
        download.Start(new Uri(origin, $"/{call.Plan.Number}/0"), new CheckingStream(check, static () => Task.CompletedTask, static () => { }));
        call.Enter("download", Plan.Timeout);
        while (!download.IsOver)
        {
            long before = download.DownloadedBytes;
            download.Poll(Plan.Budget);
            if (check.MustLeave && download.WrittenBytes > 0 && !download.IsOver)
            {
                call.IsLeft = true;
                download.Cancel();
            }
            else if (!download.IsOver)
            {
                await StepAsync(download.DownloadedBytes > before);
            }
        }

        if (download.Result == PollDownloadResult.Success)
        {
            Check(call, download.ResponseCode, download.ResponseHeaders);
            check.End();
        }

        End(
            call,
            download.Result == PollDownloadResult.Success ? null : $"{download.Result}: {download.Error}",
            download.Result == PollDownloadResult.Timeout,
            download.ResponseCode != 0);
    }

    private void End(Call call, string? error, bool isTimeout, bool hasHead)
    {
        if (call.IsOver)
        {
            return;
        }

        string outcome = call.IsLeft ? "left" : error is null ? hasHead ? "whole" : "refused" : isTimeout ? "timeout" : hasHead ? "broken" : "refused";
        if (!call.IsLeft && (outcome is "refused" or "broken" || (outcome == "timeout" && run.Scenario.Family.IsBrisk)) && Judge.MustSucceed(call, run.Scenario))
        {
            run.Ledger.Fail($"failed for no reason ({outcome} in a polled call)", $"{call}\n{error}");
        }

        if (error is not null)
        {
            call.Note(error);
        }

        call.End(outcome);
    }

    private void Check(Call call, int status, IReadOnlyList<HeaderField> fields)
    {
        string? number = fields.FirstOrDefault(static f => f.Name == "X-Number").Value;
        if (status != 200 || number != $"{call.Plan.Number}")
        {
            run.Ledger.Fail("response of another", $"{status}, number {number} for {call}");
            throw new SwarmStopException();
        }
    }

    private void ScheduleLeave(Call call, Action leave)
    {
        ReadPlan read = call.Plan.Read;
        TimeSpan? after = call.Plan.CancelAfter ?? (read.LeftByOthers ? read.LeaveAfter : null);
        if (after is { } time)
        {
            run.After(time, elsewhere: false, () =>
            {
                if (!call.IsOver)
                {
                    call.IsLeft = true;
                    call.Note("left");
                    leave();
                }
            });
        }
    }

    private async Task PollWhileAsync(Call call, PollClient client, Predicate<PollStatus> goesOn)
    {
        while (goesOn(client.Status))
        {
            PollStatus before = client.Status;
            client.Poll(Plan.Budget);
            if (goesOn(client.Status))
            {
                await StepAsync(client.Status != before);
            }
        }

        call.Note($"{client.Status}");
    }

    private Task StepAsync(bool moved) => run.Delay(TimeSpan.FromMilliseconds(moved ? 1 : 10));

    private static ReadOnlyMemory<byte> ContentOf(Call call) =>
        call.Plan.Content is { } content ? Pattern.Make(Pattern.OfContent(call.Plan.Number), content.Length) : default;

    private PollClientOptions Options() => new()
    {
        Limits = { ReceiveHighWater = Plan.HighWater, ReceiveLowWater = Plan.HighWater / 4 },
        Timeouts = { ResponseHead = Plan.Head ?? s_longest, BodyIdle = Plan.BodyIdle, SendStall = Plan.SendStall ?? s_longest },
    };
}
