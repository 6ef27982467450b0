using System.Globalization;
using System.Net;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Persistence;
using StackExchange.Redis;

namespace PollHttp.Fleet.Running;

/// <summary>How silos and their client find each other, and where grains are kept: in Redis, or, without one, in the first silo.</summary>
/// <param name="RedisPort">The port of the redis-server on the loopback, or null.</param>
/// <param name="FirstSilo">The port of the first silo.</param>
/// <param name="FirstGateway">The port where the first silo takes calls.</param>
internal sealed record ClusterSettings(int? RedisPort, int FirstSilo, int FirstGateway)
{
    private const string Name = "fleet";

    private ConfigurationOptions Redis => ConfigurationOptions.Parse(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{RedisPort},abortConnect=false"));

    public static ClusterSettings Parse(string text)
    {
        int[] ports = [.. text.Split(',').Select(static port => int.Parse(port, CultureInfo.InvariantCulture))];
        return new(ports[0] == 0 ? null : ports[0], ports[1], ports[2]);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{RedisPort ?? 0},{FirstSilo},{FirstGateway}");

    public void Configure(IClientBuilder client)
    {
        client.Configure<ClusterOptions>(static options => options.ClusterId = options.ServiceId = Name);
        _ = RedisPort is null
            ? client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, FirstGateway))
            : client.UseRedisClustering(options => options.ConfigurationOptions = Redis);
    }

    public void Configure(ISiloBuilder silo, int number, int siloPort, int gatewayPort)
    {
        silo.Configure<ClusterOptions>(static options => options.ClusterId = options.ServiceId = Name)
            .Configure<SiloOptions>(options => options.SiloName = string.Create(CultureInfo.InvariantCulture, $"silo {number}"))
            .Configure<ClusterMembershipOptions>(static options =>
            {
                options.ProbeTimeout = TimeSpan.FromSeconds(2);
                options.NumMissedProbesLimit = 2; // declared dead after some four seconds: in production give it longer
            })
            .ConfigureEndpoints(IPAddress.Loopback, siloPort, gatewayPort);
        if (RedisPort is null)
        {
            silo.UseDevelopmentClustering(new IPEndPoint(IPAddress.Loopback, FirstSilo)).AddMemoryGrainStorage("files").UseInMemoryReminderService();
            return;
        }

        silo.UseRedisClustering(options => options.ConfigurationOptions = Redis)
            .AddRedisGrainStorage("files", (RedisStorageOptions options) => options.ConfigurationOptions = Redis)
            .UseRedisReminderService(options => options.ConfigurationOptions = Redis);
    }
}
