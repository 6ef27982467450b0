using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PollHttp.Fleet.Grains;
using PollHttp.Fleet.Running;

namespace PollHttp.Fleet;

/// <summary>Starts the store and two silos, hands out what is to be fetched, and shows how far it is, until all of it is done.</summary>
internal sealed class Conductor(Settings settings)
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private const int MostCalls = 5;
    private readonly Dictionary<string, HostProgress> _hosts = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    public async Task<int> RunAsync()
    {
        string folder = Path.GetFullPath(settings.Folder ?? Directory.CreateTempSubdirectory("fleet-").FullName);
        int[] ports = FreePorts.Take(7);
        using RedisProcess? redis = settings.UsesRedis ? await RedisProcess.StartAsync(Path.Combine(folder, "store"), ports[0]) : null;
        if (redis is null)
        {
            Console.WriteLine("The state is in the memory of the silos: what a silo had is forgotten when it dies.");
        }

        await using OwnFiles? own = settings.List is null ? await OwnFiles.StartAsync(ports[1], filesPerHost: settings.IsDrill ? 6 : 40) : null;
        await using ProgressPage page = await ProgressPage.StartAsync(ports[2]);
        ClusterSettings cluster = new(redis?.Port, ports[3], ports[4]);
        await using SiloProcess first = SiloProcess.Start(1, ports[3], ports[4], cluster);
        await using SiloProcess second = SiloProcess.Start(2, ports[5], ports[6], cluster);
        await Task.WhenAll(first.WaitAsync(), second.WaitAsync());
        using IHost client = await ConnectAsync(cluster);
        Console.WriteLine($"{Elapsed} two silos; files go to {folder}; progress at {page.Address}");

        Uri[] addresses = own is null ? ReadList(settings.List!) : [.. own.Addresses];
        IGrainFactory grains = client.Services.GetRequiredService<IGrainFactory>();
        foreach (IGrouping<string, Uri> host in addresses.GroupBy(static address => address.Authority))
        {
            string place = Path.Combine(folder, "files", host.Key.Replace(':', '_'));
            await AddAsync(grains.GetGrain<IHostGrain>(host.Key), [.. host.Select(address => new FileJob(address, Path.Combine(place, NameOf(address))))]);
            _hosts[host.Key] = new(host.Key, "", 0, host.Count(), 0, 0, 0, 0, 0, null);
        }

        await WatchAsync(grains, page, settings.IsDrill ? second : null, addresses.Length);
        await client.StopAsync();
        return own is null ? Sum() : Check(addresses, folder);
    }

    private static async Task<IHost> ConnectAsync(ClusterSettings cluster)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(cluster.Configure);
        IHost host = builder.Build();
        await host.StartAsync();
        return host;
    }

    /// <summary>Asks every host how far it is, until all are done. A call to a host whose silo has died fails until the cluster knows of the
    /// death; then it brings the grain back on the silo that is left.</summary>
    private async Task WatchAsync(IGrainFactory grains, ProgressPage page, SiloProcess? victim, int files)
    {
        int shown = -1;
        while (!_hosts.Values.All(static host => host.IsOver))
        {
            await Task.WhenAll(_hosts.Keys.ToArray().Select(host => LookAsync(grains.GetGrain<IHostGrain>(host))));
            page.Show([.. _hosts.Values]);
            int done = _hosts.Values.Sum(static host => host.Done);
            if (done / 10 != shown)
            {
                shown = done / 10;
                Console.WriteLine($"{Elapsed} {done} of {files} files");
            }

            if (victim is { IsKilled: false } && done >= files / 2)
            {
                string[] had = [.. _hosts.Values.Where(host => host.Silo == $"silo {victim.Number}").Select(static host => host.Host)];
                victim.Kill();
                Console.WriteLine($"{Elapsed} silo {victim.Number} is killed after {done} files; it had {had.Length} of {_hosts.Count} hosts");
            }

            await Task.Delay(s_look);
        }
    }

    /// <summary>Hands out what is to be fetched. Adding it twice adds it once, so a call without an answer is made again.</summary>
    private static async Task AddAsync(IHostGrain grain, FileJob[] jobs)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await grain.AddAsync(jobs);
                return;
            }
            catch (Exception error) when (error is OrleansException or TimeoutException && attempt < MostCalls)
            {
                await Task.Delay(s_look);
            }
        }
    }

    private async Task LookAsync(IHostGrain grain)
    {
        try
        {
            HostProgress progress = await grain.GetProgressAsync().WaitAsync(s_patience);
            _hosts[progress.Host] = progress;
        }
        catch (Exception error) when (error is OrleansException or TimeoutException)
        {
            // As it was, until the next look.
        }
    }

    private int Sum()
    {
        int failed = _hosts.Values.Sum(static host => host.Failed);
        Console.WriteLine($"{Elapsed} {_hosts.Values.Sum(static host => host.Done)} files, {failed} failed");
        return failed == 0 ? 0 : 1;
    }

    private int Check(Uri[] addresses, string folder)
    {
        int right = addresses.Count(address => OwnFiles.DigestOf(address) == DigestOf(Path.Combine(folder, "files", address.Authority.Replace(':', '_'), NameOf(address))));
        int again = _hosts.Values.Count(static host => host.Activations > 1);
        Console.WriteLine($"{Elapsed} {right} of {addresses.Length} files have the right digest; {again} hosts were taken up again; "
            + $"{_hosts.Values.Sum(static host => host.Retries)} requests were made again");
        bool isAsDrilled = !settings.IsDrill || again > 0;
        if (!isAsDrilled)
        {
            Console.WriteLine("The silo had no host: the drill has shown nothing.");
        }

        return right == addresses.Length && isAsDrilled ? 0 : 1;
    }

    private string Elapsed => $"{_watch.Elapsed.TotalSeconds,5:F1} s";

    private static string DigestOf(string path)
    {
        using FileStream? file = File.Exists(path) ? File.OpenRead(path) : null;
        return file is null ? "" : Convert.ToHexString(SHA256.HashData(file));
    }

    private static string NameOf(Uri address) => Uri.EscapeDataString(address.AbsolutePath.TrimStart('/'));

    private static Uri[] ReadList(string path) =>
        [.. File.ReadLines(path).Select(static line => line.Trim()).Where(static line => line.Length > 0).Select(static line => new Uri(line))];
}
