using Grpc.Core;

namespace PollHttp.GrpcSample;

/// <summary>The server's side, as any service of ASP.NET Core.</summary>
internal sealed class MarketService : Market.MarketBase
{
    public override Task<Price> GetPrice(Fruit request, ServerCallContext context) => Task.FromResult(PriceOf(request, discount: 0));

    public override async Task Haggle(IAsyncStreamReader<Fruit> requestStream, IServerStreamWriter<Price> responseStream, ServerCallContext context)
    {
        int discount = 0;
        await foreach (Fruit fruit in requestStream.ReadAllAsync())
        {
            await responseStream.WriteAsync(PriceOf(fruit, discount += 5)); // each question lowers it
        }
    }

    private static Price PriceOf(Fruit fruit, int discount) => fruit.Name.Length == 0
        ? throw new RpcException(new Status(StatusCode.InvalidArgument, "Which fruit?"))
        : new() { Name = fruit.Name, Cents = (fruit.Name.Length * 20) - discount };
}
