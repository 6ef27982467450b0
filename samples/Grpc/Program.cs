using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PollHttp;
using PollHttp.GrpcSample;

// A server of its own, without TLS: HTTP/2 by prior knowledge.
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(static options => options.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2));
builder.Services.AddGrpc();
await using WebApplication server = builder.Build();
server.MapGrpcService<MarketService>();
await server.StartAsync();

// One line is PollHttp's: the handler.
using GrpcChannel channel = GrpcChannel.ForAddress(server.Urls.First(), new GrpcChannelOptions
{
    HttpHandler = new PollHttpHandler(),
    DisposeHttpClient = true,
});
Market.MarketClient market = new(channel);

Price plum = await market.GetPriceAsync(new() { Name = "plum" }, deadline: DateTime.UtcNow.AddSeconds(10));
Console.WriteLine($"A {plum.Name} costs {plum.Cents} cents.");

using (AsyncDuplexStreamingCall<Fruit, Price> haggling = market.Haggle())
{
    for (int round = 1; round <= 3; round++)
    {
        await haggling.RequestStream.WriteAsync(new() { Name = "plum" });
        await haggling.ResponseStream.MoveNext(CancellationToken.None);
        Console.WriteLine($"Asked {round} times: {haggling.ResponseStream.Current.Cents} cents.");
    }

    await haggling.RequestStream.CompleteAsync();
    await haggling.ResponseStream.MoveNext(CancellationToken.None);
    Console.WriteLine($"The stream ended with {haggling.GetStatus().StatusCode}.");
}

try
{
    await market.GetPriceAsync(new());
    return 1;
}
catch (RpcException error) when (error.StatusCode == StatusCode.InvalidArgument)
{
    Console.WriteLine($"Without a name: {error.StatusCode}, \"{error.Status.Detail}\"");
    return 0;
}
