using System.Buffers;

namespace PollHttp.Swarm;

/// <summary>What the ways of reading a body share.</summary>
internal static class Reading
{
    /// <summary>Gets how long one step of reading may take: all that the server lets it wait for, and the limit for bodies that stand.</summary>
    public static TimeSpan LimitOf(Call call, ISwarmRun run) =>
        call.Plan.Answer.Duration + run.Scenario.Client.BodyIdle + (run.Scenario.Latency * 4) + run.Scenario.TransferTime(call.Plan)
        + run.Scenario.UploadTime(call.Plan);

    public static bool MustDrop(Call call, BodyCheck check) => call.Plan.Read.Leave == LeaveKind.Drop && check.MustLeave;

    public static void LeaveIfDue(BodyCheck check, Action leave)
    {
        if (check.MustLeave)
        {
            leave();
        }
    }

    public static async Task PauseAsync(Call call, ISwarmRun run)
    {
        if (call.Plan.Read.Pause > TimeSpan.Zero)
        {
            call.Enter("pause", call.Plan.Read.Pause);
            await run.Delay(call.Plan.Read.Pause);
        }
    }

    public static async Task PauseAsync(Call call, ISwarmRun run, string next, TimeSpan limit)
    {
        await PauseAsync(call, run);
        call.Enter(next, limit);
    }

    /// <summary>Checks what is in a pipe's buffer without taking it.</summary>
    public static void Accept(BodyCheck check, ReadOnlySequence<byte> buffer) => check.Accept(buffer.ToArray(), 0);

    public static async Task<bool> StreamAsync(Call call, ISwarmRun run, Stream stream, BodyCheck check, Action leave, CancellationToken token)
    {
        TimeSpan limit = LimitOf(call, run);
        byte[] buffer = new byte[BufferOf(call)];
        while (true)
        {
            if (MustDrop(call, check))
            {
                return false;
            }

            LeaveIfDue(check, leave);
            call.Enter("stream", limit);
            int count = await stream.ReadAsync(buffer, token);
            if (count == 0)
            {
                return true;
            }

            check.Accept(buffer.AsSpan(0, count));
            await PauseAsync(call, run);
        }
    }

    public static int BufferOf(Call call) => Math.Max(call.Plan.Read.Buffer, call.Plan.Answer.Length / 400);
}
