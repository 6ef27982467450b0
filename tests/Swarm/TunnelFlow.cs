namespace PollHttp.Swarm;

/// <summary>Uses a tunnel through a stream of HTTP/2: writes and reads at the same time, and compares what comes back.</summary>
internal sealed class TunnelFlow(Call call, ISwarmRun run, BodyCheck check, Action leave, CancellationToken token)
{
    private readonly TimeSpan _limit = Reading.LimitOf(call, run);

    private AnswerPlan Answer => call.Plan.Answer;

    /// <summary>Runs the tunnel to its end or to where it is left.</summary>
    /// <returns>False if it was left before all had come back.</returns>
    public async Task<bool> RunAsync(Stream stream)
    {
        Task writing = WriteAsync(stream);
        try
        {
            bool ended = await ReadAsync(stream);
            if (ended && Answer.Cut == CutKind.None)
            {
                await writing;
            }

            return ended;
        }
        finally
        {
            // Whatever ended the reader, what still writes must learn of it.
            await stream.DisposeAsync();
            call.Enter("tunnel write", _limit);
            await writing.ContinueWith(static w => _ = w.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task WriteAsync(Stream stream)
    {
        byte[] bytes = Pattern.Make(call.Plan.Number, Answer.Length);
        int size = Math.Max(1, (bytes.Length + Answer.Pieces - 1) / Answer.Pieces);
        for (int sent = 0; sent < bytes.Length; sent += size)
        {
            if (sent > 0)
            {
                await run.Delay(Answer.Gap);
            }

            try
            {
                await stream.WriteAsync(bytes.AsMemory(sent, Math.Min(size, bytes.Length - sent)), token);
            }
            catch (Exception error) when (error is not (IOException or OperationCanceledException or ObjectDisposedException))
            {
                run.Ledger.Fail($"undocumented {error.GetType().Name} in a write to a tunnel", $"{call}\n{error}");
                throw;
            }
        }
    }

    private async Task<bool> ReadAsync(Stream stream)
    {
        byte[] buffer = new byte[Reading.BufferOf(call)];
        while (check.Position < Answer.Length)
        {
            Reading.LeaveIfDue(check, leave);
            call.Enter("tunnel", _limit);
            int count = await stream.ReadAsync(buffer, token);
            if (count == 0)
            {
                ExpectEnd();
                return false;
            }

            check.Accept(buffer.AsSpan(0, count));
            await Reading.PauseAsync(call, run);
        }

        return true;
    }

    private void ExpectEnd()
    {
        if (!call.IsLeft && (Answer.Cut != CutKind.End || check.Position != Answer.CutPlace))
        {
            run.Ledger.Fail("a tunnel ended before its end", $"{check.Position} of {Answer.Length} bytes, {Answer.CutPlace} where it is cut; {call}");
        }
    }
}
