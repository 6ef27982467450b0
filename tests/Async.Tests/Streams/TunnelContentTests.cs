using PollHttp.Streams;
using Xunit;

namespace PollHttp.Tests.Streams;

/// <summary>Writes to a tunnel whose response is there before its content has begun, as it may be on other threads.</summary>
public sealed class TunnelContentTests
{
    [Fact, Trait("rule", "R2-123")]
    public async Task Write_before_the_content_has_begun_waits_for_that()
    {
        TunnelContent content = new();
        Task writing = content.WriteAsync("early"u8.ToArray(), CancellationToken.None).AsTask();
        Assert.False(writing.IsCompleted);
        Sink sink = new();
        Task running = content.WriteToAsync(sink).AsTask();
        await writing;
        Assert.Equal("early"u8.ToArray(), sink.Written);
        Assert.True(content.TryEnd());
        await running;
    }

    [Fact, Trait("rule", "R2-123")]
    public async Task Write_that_waits_for_the_beginning_ends_with_the_attempt_the_token_and_the_tunnel()
    {
        TunnelContent content = new();
        Task left = content.WriteAsync(new byte[1], CancellationToken.None).AsTask();
        content.Leave();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        using CancellationTokenSource cancel = new();
        Task canceled = content.WriteAsync(new byte[1], cancel.Token).AsTask();
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled);

        Task ended = content.WriteAsync(new byte[1], CancellationToken.None).AsTask();
        Assert.False(content.TryEnd());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ended);
    }

    private sealed class Sink : ContentSink
    {
        public byte[] Written { get; private set; } = [];

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> piece)
        {
            Write(piece);
            return default;
        }

        public override void Write(ReadOnlyMemory<byte> piece) => Written = [.. Written, .. piece.Span];
    }
}
