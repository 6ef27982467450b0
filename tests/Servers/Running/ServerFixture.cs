namespace PollHttp.Servers.Tests;

/// <summary>One server for the tests of a class, started by the first test that asks for it.</summary>
public abstract class ServerFixture : IAsyncLifetime
{
    private readonly SemaphoreSlim _once = new(1, 1);
    private readonly List<ServerProgram> _programs = [];
    private bool _started;

    private protected ServerFolder Folder { get; } = new();

    public int Port { get; } = ServerFolder.FreePort();

    /// <summary>The server's origin over plain HTTP, without a slash at the end.</summary>
    public string Origin => $"http://127.0.0.1:{Port}";

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await KillAsync();
        Folder.Dispose();
        _once.Dispose();
    }

    /// <summary>Starts the server unless it runs.</summary>
    public async Task StartAsync()
    {
        await _once.WaitAsync();
        try
        {
            if (!_started)
            {
                await StartCoreAsync();
                _started = true;
            }
        }
        finally
        {
            _once.Release();
        }
    }

    /// <summary>Ends the server as a crash would; it can be started again, at the same port.</summary>
    public async Task KillAsync()
    {
        foreach (ServerProgram program in _programs)
        {
            await program.DisposeAsync();
        }

        _programs.Clear();
        _started = false;
    }

    /// <summary>Sends a signal to the program that was started last.</summary>
    public Task SignalAsync(string signal) => _programs[^1].SignalAsync(signal);

    /// <summary>Writes the configuration and runs the program.</summary>
    protected abstract Task StartCoreAsync();

    private protected async Task RunAsync(int port, string program, params string[] arguments) =>
        _programs.Add(await ServerProgram.StartAsync(Folder, port, program, arguments));
}
