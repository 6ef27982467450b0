using Google.Protobuf;
using Grpc.Core;
using PollHttp.Grpc.Tests.Messages;

namespace PollHttp.Grpc.Tests;

/// <summary>The cases of the interoperability tests of gRPC, with a service of our own.</summary>
public sealed class InteropTests(WarehouseServer server) : IClassFixture<WarehouseServer>
{
    public static TheoryData<Way> Ways => [.. Enum.GetValues<Way>()];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Empty_message_is_answered_by_an_empty_one(Way way) =>
        Assert.Equal(new Empty(), await NewClient(way).NothingAsync(new()));

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Large_message_is_answered_by_a_larger_one(Way way)
    {
        Parcel parcel = await NewClient(way).TakeAsync(new() { Size = 3_141_590, Note = ByteString.CopyFrom(new byte[2_718_280]) });
        Assert.Equal(WarehouseService.NewParcel(3_141_590), parcel);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Stream_of_requests_is_counted(Way way)
    {
        using AsyncClientStreamingCall<Parcel, Total> call = NewClient(way).Store();
        foreach (int size in (int[])[27_182, 8, 1_828, 45_904, 0, 1_000_000])
        {
            await call.RequestStream.WriteAsync(WarehouseService.NewParcel(size));
        }

        await call.RequestStream.CompleteAsync();
        Assert.Equal(1_074_922, (await call).Size);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Stream_of_responses_comes_in_order(Way way)
    {
        int[] sizes = [31_415, 9, 2_653, 58_979, 0, 1_000_000];
        using AsyncServerStreamingCall<Parcel> call = NewClient(way).TakeMany(new() { Sizes = { sizes } });
        List<int> received = [];
        await foreach (Parcel parcel in call.ResponseStream.ReadAllAsync())
        {
            received.Add(parcel.Content.Length);
        }

        Assert.Equal(sizes, received);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Each_request_of_a_stream_is_answered_before_the_next_is_sent(Way way)
    {
        using AsyncDuplexStreamingCall<Order, Parcel> call = NewClient(way).Exchange();
        foreach (int size in (int[])[31_415, 9, 2_653, 58_979])
        {
            await call.RequestStream.WriteAsync(new() { Size = size });
            Assert.True(await call.ResponseStream.MoveNext(default));
            Assert.Equal(size, call.ResponseStream.Current.Content.Length);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Stream_without_messages_ends_in_order(Way way)
    {
        using AsyncDuplexStreamingCall<Order, Parcel> call = NewClient(way).Exchange();
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Both_streams_of_a_call_move_by_themselves(Way way)
    {
        const int Count = 500;
        using AsyncDuplexStreamingCall<Parcel, Parcel> call = NewClient(way).Belt(new Metadata { { "x-count", $"{Count}" } });
        Task writing = WriteAsync();
        int received = 0;
        while (await call.ResponseStream.MoveNext(default))
        {
            received += call.ResponseStream.Current.Content.Length == 10_000 ? 1 : 0;
        }

        await writing;
        Assert.Equal(Count, received);

        async Task WriteAsync()
        {
            Parcel parcel = WarehouseService.NewParcel(10_000);
            for (int i = 0; i < Count; i++)
            {
                await call.RequestStream.WriteAsync(parcel);
            }

            await call.RequestStream.CompleteAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Hundred_calls_of_all_shapes_share_a_channel(Way way)
    {
        Warehouse.WarehouseClient client = NewClient(way);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => (i % 3) switch
        {
            0 => TakeAsync(i * 1_001),
            1 => StoreAsync(i * 101),
            _ => ExchangeAsync(i * 11),
        }));

        async Task TakeAsync(int size) => Assert.Equal(size, (await client.TakeAsync(new() { Size = size })).Content.Length);

        async Task StoreAsync(int size)
        {
            using AsyncClientStreamingCall<Parcel, Total> call = client.Store();
            for (int i = 0; i < 10; i++)
            {
                await call.RequestStream.WriteAsync(WarehouseService.NewParcel(size));
            }

            await call.RequestStream.CompleteAsync();
            Assert.Equal(10 * size, (await call).Size);
        }

        async Task ExchangeAsync(int size)
        {
            using AsyncDuplexStreamingCall<Order, Parcel> call = client.Exchange();
            for (int i = 0; i < 10; i++)
            {
                await call.RequestStream.WriteAsync(new() { Size = size + i });
                Assert.True(await call.ResponseStream.MoveNext(default));
                Assert.Equal(size + i, call.ResponseStream.Current.Content.Length);
            }

            await call.RequestStream.CompleteAsync();
            Assert.False(await call.ResponseStream.MoveNext(default));
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Metadata_comes_back_before_and_behind_the_message(Way way)
    {
        Metadata sent = new() { { WarehouseService.Echoed, "test_initial_metadata_value" }, { WarehouseService.EchoedTrailer, [0xAB, 0xAB, 0, 1] } };
        using AsyncUnaryCall<Empty> unary = NewClient(way).NothingAsync(new(), sent);
        Assert.Equal("test_initial_metadata_value", (await unary.ResponseHeadersAsync).GetValue(WarehouseService.Echoed));
        await unary;
        Assert.Equal([0xAB, 0xAB, 0, 1], unary.GetTrailers().GetValueBytes(WarehouseService.EchoedTrailer));

        using AsyncDuplexStreamingCall<Order, Parcel> duplex = NewClient(way).Exchange(sent);
        Assert.Equal("test_initial_metadata_value", (await duplex.ResponseHeadersAsync).GetValue(WarehouseService.Echoed)); // with nothing sent
        await duplex.RequestStream.WriteAsync(new() { Size = 1 });
        await duplex.RequestStream.CompleteAsync();
        await foreach (Parcel _ in duplex.ResponseStream.ReadAllAsync())
        {
        }

        Assert.Equal([0xAB, 0xAB, 0, 1], duplex.GetTrailers().GetValueBytes(WarehouseService.EchoedTrailer));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Compressed_requests_are_understood(Way way)
    {
        Metadata compressed = new() { { "grpc-internal-encoding-request", "gzip" } };
        Parcel parcel = await NewClient(way).TakeAsync(new() { Size = 100_000, Note = ByteString.CopyFrom(new byte[1_000_000]) }, compressed);
        Assert.Equal(100_000, parcel.Content.Length);
        using AsyncClientStreamingCall<Parcel, Total> call = NewClient(way).Store(compressed);
        await call.RequestStream.WriteAsync(new() { Content = ByteString.CopyFrom(new byte[27_182]) });
        call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
        await call.RequestStream.WriteAsync(new() { Content = ByteString.CopyFrom(new byte[45_904]) });
        await call.RequestStream.CompleteAsync();
        Assert.Equal(73_086, (await call).Size);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Call_canceled_before_a_message_is_canceled_at_the_server(Way way)
    {
        Metadata name = CallMarks.NewName();
        using AsyncDuplexStreamingCall<Order, Parcel> call = NewClient(way).Exchange(name);
        await server.Marks.WaitForStartAsync(name);
        call.Dispose();
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
        await server.Marks.WaitForCancellationAsync(name);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Call_canceled_after_its_first_response_is_canceled_at_the_server(Way way)
    {
        Metadata name = CallMarks.NewName();
        using CancellationTokenSource cancel = new();
        using AsyncDuplexStreamingCall<Order, Parcel> call = NewClient(way).Exchange(name, cancellationToken: cancel.Token);
        await call.RequestStream.WriteAsync(new() { Size = 31_415 });
        Assert.True(await call.ResponseStream.MoveNext(default));
        Task<bool> next = call.ResponseStream.MoveNext(default);
        cancel.Cancel();
        RpcException error = await Assert.ThrowsAsync<RpcException>(() => next);
        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
        await server.Marks.WaitForCancellationAsync(name);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Unary_call_is_canceled_while_it_waits(Way way)
    {
        Metadata name = CallMarks.NewName();
        using CancellationTokenSource cancel = new();
        using AsyncUnaryCall<Empty> call = NewClient(way).WaitAsync(new(), name, cancellationToken: cancel.Token);
        await server.Marks.WaitForStartAsync(name);
        cancel.Cancel();
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(async () => await call)).StatusCode);
        await server.Marks.WaitForCancellationAsync(name);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Deadline_ends_a_call(Way way)
    {
        using AsyncUnaryCall<Empty> call = NewClient(way).WaitAsync(new(), deadline: DateTime.UtcNow.AddMilliseconds(200));
        Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(async () => await call)).StatusCode);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Deadline_ends_a_stream_that_waits(Way way)
    {
        using AsyncDuplexStreamingCall<Order, Parcel> call = NewClient(way).Exchange(deadline: DateTime.UtcNow.AddMilliseconds(200));
        RpcException error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));
        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Status_and_message_reach_the_caller(Way way)
    {
        foreach ((StatusCode status, string message) in ((StatusCode, string)[])
            [(StatusCode.Unknown, "test status message"), (StatusCode.NotFound, "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n")])
        {
            Ending ending = new() { Status = (int)status, Message = message };
            RpcException unary = await Assert.ThrowsAsync<RpcException>(async () => await NewClient(way).EndAsync(ending));
            Assert.Equal((status, message), (unary.StatusCode, unary.Status.Detail));

            using AsyncDuplexStreamingCall<Ending, Empty> duplex = NewClient(way).EndAmidst();
            await duplex.RequestStream.WriteAsync(ending);
            RpcException amidst = await Assert.ThrowsAsync<RpcException>(async () =>
            {
                while (await duplex.ResponseStream.MoveNext(default))
                {
                }
            });
            Assert.Equal((status, message), (amidst.StatusCode, amidst.Status.Detail));
            await Assert.ThrowsAnyAsync<Exception>(() => duplex.RequestStream.WriteAsync(ending)); // the call is over
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_a_server_does_not_have_is_unimplemented(Way way)
    {
        RpcException method = await Assert.ThrowsAsync<RpcException>(async () => await NewClient(way).MissingAsync(new()));
        Assert.Equal(StatusCode.Unimplemented, method.StatusCode);
        RpcException service = await Assert.ThrowsAsync<RpcException>(async () => await new Absent.AbsentClient(server[way]).NothingAsync(new()));
        Assert.Equal(StatusCode.Unimplemented, service.StatusCode);
    }

    private Warehouse.WarehouseClient NewClient(Way way) => new(server[way]);
}
