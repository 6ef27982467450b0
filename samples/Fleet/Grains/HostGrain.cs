using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace PollHttp.Fleet.Grains;

/// <summary>
/// Fetches the files of one host: a few at a time, with a pause between two requests, again after a failure, later each time. Each file that is
/// done is kept in the store at once, so whatever happens to the silo, at most what is under way is fetched again, from where it stood.
/// </summary>
/// <remarks>A grain runs one piece of code at a time, so nothing here needs a lock. Awaits stay on the grain: no ConfigureAwait(false).</remarks>
internal sealed class HostGrain(
    [PersistentState("host", "files")] IPersistentState<HostState> state, PollHttpClient client, ILocalSiloDetails silo, IOptions<Manners> manners)
    : Grain, IHostGrain, IRemindable
{
    /// <summary>Brings the grain back where no call does, after the silo that had it has died. A minute is the shortest there is.</summary>
    private const string GoOn = "go on";

    private static readonly TimeSpan s_goOnAfter = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<FileState> _underWay = [];
    private readonly List<Task> _tasks = [];
    private DateTimeOffset _nextRequest;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        state.State.Activations++;
        await state.WriteStateAsync(cancellationToken);
        this.RegisterGrainTimer(StartDueAsync, new GrainTimerCreationOptions(TimeSpan.Zero, manners.Value.Pause) { Interleave = true });
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stop.CancelAsync(); // what came is kept beside the file, and gone on from
        await Task.WhenAll(_tasks);
    }

    public async Task AddAsync(IReadOnlyList<FileJob> jobs)
    {
        HashSet<Uri> known = [.. state.State.Files.Select(static file => file.Job.Address)];
        state.State.Files.AddRange(jobs.Where(job => known.Add(job.Address)).Select(static job => new FileState { Job = job }));
        await state.WriteStateAsync();
        await this.RegisterOrUpdateReminder(GoOn, s_goOnAfter, s_goOnAfter);
    }

    public Task<HostProgress> GetProgressAsync() => Task.FromResult(new HostProgress(
        this.GetPrimaryKeyString(),
        silo.Name,
        state.State.Activations,
        state.State.Files.Count,
        state.State.Files.Count(static file => file.Stage == FileStage.Done),
        _underWay.Count,
        state.State.Files.Count(static file => file.Stage == FileStage.Failed),
        state.State.Files.Sum(static file => file.Attempts - (file.Stage == FileStage.Done ? 1 : 0)),
        state.State.Files.Sum(static file => file.Bytes),
        state.State.Files.FirstOrDefault(static file => file.Stage != FileStage.Done && file.Error is not null)?.Error));

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (state.State.Files.TrueForAll(static file => file.Stage != FileStage.Waiting)
            && await this.GetReminder(reminderName) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    /// <summary>By the timer: starts the next file that is due, where politeness allows it.</summary>
    private Task StartDueAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        _tasks.RemoveAll(static task => task.IsCompleted);
        FileState? due = _underWay.Count >= manners.Value.AtATime || now < _nextRequest
            ? null
            : state.State.Files.Find(file => file.Stage == FileStage.Waiting && file.NotBefore <= now && !_underWay.Contains(file));
        if (due is not null)
        {
            _underWay.Add(due);
            _nextRequest = now + manners.Value.Pause;
            _tasks.Add(FetchAsync(due));
        }

        return Task.CompletedTask;
    }

    private async Task FetchAsync(FileState file)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file.Job.Path)!);
            DownloadResult result = await client.DownloadAsync(file.Job.Address, file.Job.Path, cancellationToken: _stop.Token);
            (file.Stage, file.Bytes, file.Error) = (FileStage.Done, result.Length, null);
            file.Attempts++;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            Postpone(file, error);
        }
        finally
        {
            _underWay.Remove(file);
        }

        await state.WriteStateAsync();
    }

    private void Postpone(FileState file, Exception error)
    {
        file.Attempts++;
        file.Error = error.Message;
        bool isPointless = error is HttpRequestException { StatusCode: { } status } && (int)status is >= 400 and < 500 and not (408 or 429);
        file.Stage = isPointless || file.Attempts >= manners.Value.MostAttempts ? FileStage.Failed : FileStage.Waiting;
        file.NotBefore = DateTimeOffset.UtcNow + manners.Value.FirstDelay * Math.Pow(2, file.Attempts - 1);
    }
}
