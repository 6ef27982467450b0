using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using PollHttp.Grpc.Tests.Messages;

namespace PollHttp.Grpc.Tests;

/// <summary>The service, by the platform's gRPC server; what it has no code for it says it does not implement.</summary>
internal sealed class WarehouseService(CallMarks marks) : Warehouse.WarehouseBase
{
    public const string Echoed = "x-echoed";
    public const string EchoedTrailer = "x-echoed-trailer-bin";

    public override async Task<Empty> Nothing(Empty request, ServerCallContext context)
    {
        await EchoMetadataAsync(context);
        return new();
    }

    public override async Task<Parcel> Take(Order request, ServerCallContext context)
    {
        await EchoMetadataAsync(context);
        return NewParcel(request.Size);
    }

    public override async Task TakeMany(Orders request, IServerStreamWriter<Parcel> responseStream, ServerCallContext context)
    {
        foreach (int size in request.Sizes)
        {
            await responseStream.WriteAsync(NewParcel(size));
        }
    }

    public override async Task<Total> Store(IAsyncStreamReader<Parcel> requestStream, ServerCallContext context)
    {
        Total total = new();
        await foreach (Parcel parcel in requestStream.ReadAllAsync())
        {
            total.Size += parcel.Content.Length;
        }

        return total;
    }

    public override async Task Exchange(IAsyncStreamReader<Order> requestStream, IServerStreamWriter<Parcel> responseStream, ServerCallContext context)
    {
        _ = context.CancellationToken.Register(() => marks.NoteCancellation(context)); // the C core may cancel after the end
        marks.NoteStart(context);
        await EchoMetadataAsync(context);
        await foreach (Order order in requestStream.ReadAllAsync())
        {
            await responseStream.WriteAsync(NewParcel(order.Size));
        }
    }

    public override async Task Belt(IAsyncStreamReader<Parcel> requestStream, IServerStreamWriter<Parcel> responseStream, ServerCallContext context)
    {
        int count = int.Parse(context.RequestHeaders.GetValue("x-count")!, System.Globalization.CultureInfo.InvariantCulture);
        Task reading = ReadAsync();
        for (int i = 0; i < count; i++)
        {
            await responseStream.WriteAsync(NewParcel(10_000));
        }

        await reading;

        async Task ReadAsync()
        {
            await foreach (Parcel parcel in requestStream.ReadAllAsync())
            {
                count -= parcel.Content.Length == 10_000 ? 0 : 1;
            }
        }
    }

    public override Task<Empty> End(Ending request, ServerCallContext context)
    {
        if (request.Reset != 0)
        {
            context.GetHttpContext().Features.GetRequiredFeature<IHttpResetFeature>().Reset(request.Reset);
        }

        throw new RpcException(new Status((StatusCode)request.Status, request.Message));
    }

    public override async Task EndAmidst(IAsyncStreamReader<Ending> requestStream, IServerStreamWriter<Empty> responseStream, ServerCallContext context)
    {
        await responseStream.WriteAsync(new());
        Assert.True(await requestStream.MoveNext());
        _ = await End(requestStream.Current, context);
    }

    public override async Task<Empty> Wait(Order request, ServerCallContext context)
    {
        _ = context.CancellationToken.Register(() => marks.NoteCancellation(context)); // the C core may cancel after the end
        marks.NoteStart(context);
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
        return new();
    }

    public static Parcel NewParcel(int size)
    {
        byte[] content = new byte[size];
        new Random(size).NextBytes(content);
        return new() { Content = UnsafeByteOperations.UnsafeWrap(content) };
    }

    private static async Task EchoMetadataAsync(ServerCallContext context)
    {
        if (context.RequestHeaders.GetValue(Echoed) is { } text)
        {
            await context.WriteResponseHeadersAsync(new() { { Echoed, text } });
        }

        if (context.RequestHeaders.GetValueBytes(EchoedTrailer) is { } octets)
        {
            context.ResponseTrailers.Add(EchoedTrailer, octets);
        }
    }
}
