using Grpc.Core;
using PollHttp.Grpc.Tests.Messages;

namespace PollHttp.Grpc.Tests;

/// <summary>A stream that the server resets: the client of gRPC makes a status of the error code that it finds in our exceptions.</summary>
public sealed class ResetTests(WarehouseServer server) : IClassFixture<WarehouseServer>
{
    public static TheoryData<int> Codes => [.. Enumerable.Range(1, 13), 0x1234];

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Reset_before_a_response_is_the_status_that_it_is_over_the_platforms_handler(int code)
    {
        Assert.Equal(await EndAsync(Way.PlatformClear), await EndAsync(Way.Clear));
        Assert.Equal(await EndAsync(Way.PlatformTls), await EndAsync(Way.Tls));

        async Task<StatusCode> EndAsync(Way way) =>
            (await Assert.ThrowsAsync<RpcException>(async () => await new Warehouse.WarehouseClient(server[way]).EndAsync(new() { Reset = code }))).StatusCode;
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Reset_amidst_a_stream_is_the_status_that_it_is_over_the_platforms_handler(int code)
    {
        Assert.Equal(await EndAsync(Way.PlatformClear), await EndAsync(Way.Clear));
        Assert.Equal(await EndAsync(Way.PlatformTls), await EndAsync(Way.Tls));

        async Task<StatusCode> EndAsync(Way way)
        {
            using AsyncDuplexStreamingCall<Ending, Empty> call = new Warehouse.WarehouseClient(server[way]).EndAmidst();
            Assert.True(await call.ResponseStream.MoveNext(default));
            Task writing = call.RequestStream.WriteAsync(new() { Reset = code }); // fails where the reset comes before it has noticed that it was sent
            RpcException error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));
            await ((Task)Task.WhenAny(writing));
            return error.StatusCode;
        }
    }
}
