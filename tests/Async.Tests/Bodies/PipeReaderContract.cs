using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Xunit;

namespace PollHttp.Tests;

/// <summary>What every <see cref="PipeReader"/> owes its user. Run against the platform's own and against ours.</summary>
public abstract class PipeReaderContract
{
    [Fact]
    public void A_read_returns_what_was_written() => Run(async (reader, feed) =>
    {
        feed.Write("hello");
        ReadResult result = await reader.ReadAsync();

        Assert.Equal(("hello", false, false), (Text(result), result.IsCompleted, result.IsCanceled));
        reader.AdvanceTo(result.Buffer.End);
    });

    [Fact]
    public void A_read_waits_for_what_is_written_later() => Run(async (reader, feed) =>
    {
        Task<ReadResult> pending = reader.ReadAsync().AsTask();
        Assert.False(pending.IsCompleted);

        feed.Write("hello");

        Assert.Equal("hello", Text(await pending));
    });

    [Fact]
    public void TryRead_says_whether_there_is_something() => Run(async (reader, feed) =>
    {
        Assert.False(reader.TryRead(out _));

        feed.Write("hello");
        ReadResult result = await reader.ReadAsync();
        reader.AdvanceTo(result.Buffer.Start, result.Buffer.Start);

        Assert.True(reader.TryRead(out ReadResult again));
        Assert.Equal("hello", Text(again));
        reader.AdvanceTo(again.Buffer.Start, again.Buffer.End);
        Assert.False(reader.TryRead(out _));
    });

    [Fact]
    public void What_was_examined_and_kept_comes_again_with_what_follows() => Run(async (reader, feed) =>
    {
        feed.Write("hel");
        ReadResult result = await reader.ReadAsync();
        reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        Task<ReadResult> pending = reader.ReadAsync().AsTask();
        Assert.False(pending.IsCompleted);

        feed.Write("lo");

        Assert.Equal("hello", Text(await pending));
    });

    [Fact]
    public void What_was_not_examined_comes_again_at_once() => Run(async (reader, feed) =>
    {
        feed.Write("hello");
        ReadResult result = await reader.ReadAsync();
        reader.AdvanceTo(result.Buffer.GetPosition(1), result.Buffer.GetPosition(3));

        ValueTask<ReadResult> second = reader.ReadAsync();

        Assert.True(second.IsCompletedSuccessfully);
        Assert.Equal("ello", Text(await second));
    });

    [Fact]
    public void Any_position_of_a_buffer_of_several_pieces_can_be_consumed() => Run(async (reader, feed) =>
    {
        string text = string.Concat(Enumerable.Range(0, 40_000).Select(i => (char)('a' + (i % 26))));
        foreach (char[] piece in text.Chunk(9_000))
        {
            feed.Write(new string(piece));
        }

        feed.End();
        var seen = new StringBuilder();
        while (true)
        {
            ReadResult result = await reader.ReadAtLeastAsync(777);
            ReadOnlySequence<byte> taken = result.Buffer.Slice(0, Math.Min(777, result.Buffer.Length));
            seen.Append(Encoding.Latin1.GetString(taken));
            reader.AdvanceTo(taken.End, result.Buffer.End);
            if (taken.IsEmpty)
            {
                break;
            }
        }

        Assert.Equal(text, seen.ToString());
    });

    [Fact]
    public void The_end_is_told_with_the_last_bytes_or_after_them_and_again() => Run(async (reader, feed) =>
    {
        feed.Write("bye");
        feed.End();
        ReadResult result = await reader.ReadAsync();
        reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        while (!result.IsCompleted)
        {
            result = await reader.ReadAsync();
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }

        for (int i = 0; i < 2; i++)
        {
            result = await reader.ReadAsync();
            Assert.Equal(("bye", true), (Text(result), result.IsCompleted));
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }

        Assert.True(reader.TryRead(out result));
        reader.AdvanceTo(result.Buffer.End);
        Assert.True(reader.TryRead(out result));
        Assert.Equal((0, true), (result.Buffer.Length, result.IsCompleted));
        reader.AdvanceTo(result.Buffer.End);
    });

    [Fact]
    public void CancelPendingRead_ends_the_read_under_way_and_loses_nothing() => Run(async (reader, feed) =>
    {
        feed.Write("he");
        ReadResult result = await reader.ReadAsync();
        reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        Task<ReadResult> pending = reader.ReadAsync().AsTask();

        reader.CancelPendingRead();
        result = await pending;

        Assert.Equal(("he", true, false), (Text(result), result.IsCanceled, result.IsCompleted));
        reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        feed.Write("llo");
        result = await reader.ReadAsync();
        Assert.Equal(("hello", false), (Text(result), result.IsCanceled));
    });

    [Fact]
    public void CancelPendingRead_before_a_read_ends_just_the_next_one() => Run(async (reader, feed) =>
    {
        reader.CancelPendingRead();
        Assert.True((await reader.ReadAsync()).IsCanceled);
        reader.CancelPendingRead();
        Assert.True(reader.TryRead(out ReadResult tried));
        Assert.True(tried.IsCanceled);

        feed.Write("hello");
        ReadResult result = await reader.ReadAsync();

        Assert.Equal(("hello", false), (Text(result), result.IsCanceled));
    });

    [Fact]
    public void A_canceled_token_ends_its_read_and_not_the_reader() => Run(async (reader, feed) =>
    {
        using var cancel = new CancellationTokenSource();
        Task<ReadResult> pending = reader.ReadAsync(cancel.Token).AsTask();
        cancel.Cancel();
        Assert.Equal(cancel.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending)).CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reader.ReadAsync(cancel.Token).AsTask());

        feed.Write("hello");

        Assert.Equal("hello", Text(await reader.ReadAsync()));
    });

    [Fact]
    public void A_read_must_be_ended_before_the_next() => Run(async (reader, feed) =>
    {
        feed.Write("hello");
        ReadResult result = await reader.ReadAsync();

        Assert.Throws<InvalidOperationException>(() => reader.TryRead(out _));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadAsync());
        reader.AdvanceTo(result.Buffer.End);
        Assert.Throws<InvalidOperationException>(() => reader.AdvanceTo(default));
    });

    [Fact]
    public void AdvanceTo_may_follow_a_TryRead_that_had_nothing() => Run(async (reader, feed) =>
    {
        Assert.False(reader.TryRead(out _));
        reader.AdvanceTo(default);

        feed.Write("hello");

        Assert.Equal("hello", Text(await reader.ReadAsync()));
    });

    [Fact]
    public void A_canceled_token_is_told_before_a_read_that_was_not_ended() => Run(async (reader, feed) =>
    {
        feed.Write("hello");
        ReadResult result = await reader.ReadAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reader.ReadAsync(new CancellationToken(true)).AsTask());

        reader.AdvanceTo(result.Buffer.End);
        reader.Complete();
        Assert.Throws<InvalidOperationException>(() => { _ = reader.ReadAsync(new CancellationToken(true)); });
    });

    [Fact]
    public void Advancing_to_no_position_takes_back_nothing_that_was_examined() => Run(async (reader, feed) =>
    {
        feed.Write("hello");
        ReadResult result = await reader.ReadAsync();
        reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        reader.CancelPendingRead();
        Assert.True(reader.TryRead(out result));
        Assert.Equal(("hello", true), (Text(result), result.IsCanceled));

        reader.AdvanceTo(default);

        Assert.False(reader.TryRead(out _));
    });

    [Fact]
    public void There_is_one_read_at_a_time() => Run(async (reader, feed) =>
    {
        _ = reader.ReadAsync().AsTask();

        Assert.Throws<InvalidOperationException>(() => reader.TryRead(out _));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadAsync());
    });

    [Fact]
    public void Examined_must_not_be_before_consumed() => Run(async (reader, feed) =>
    {
        feed.Write("hello");
        ReadResult result = await reader.ReadAsync();

        Assert.Throws<InvalidOperationException>(() => reader.AdvanceTo(result.Buffer.GetPosition(3), result.Buffer.GetPosition(2)));
    });

    [Fact]
    public void After_Complete_nothing_may_be_read_and_Complete_may_come_again() => Run(async (reader, feed) =>
    {
        feed.Write("hello");
        ReadResult result = await reader.ReadAsync();
        SequencePosition end = result.Buffer.End;
        reader.Complete();
        reader.Complete();

        Assert.Throws<InvalidOperationException>(() => reader.AdvanceTo(end));
        Assert.Throws<InvalidOperationException>(() => reader.TryRead(out _));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadAsync());
    });

    [Fact]
    public void ReadAtLeast_gathers_what_comes_in_pieces() => Run(async (reader, feed) =>
    {
        Task<ReadResult> pending = reader.ReadAtLeastAsync(5).AsTask();
        foreach (char c in "hello")
        {
            Assert.False(pending.IsCompleted);
            feed.Write(c.ToString());
            await Task.Yield();
        }

        Assert.Equal("hello", Text(await pending));
    });

    [Fact]
    public void ReadAtLeast_returns_less_at_the_end_only() => Run(async (reader, feed) =>
    {
        feed.Write("hello");
        feed.End();

        ReadResult result = await reader.ReadAtLeastAsync(6);

        Assert.Equal(("hello", true), (Text(result), result.IsCompleted));
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = reader.ReadAtLeastAsync(-1); });
    });

    [Fact]
    public void More_can_be_asked_for_than_any_buffer_holds() => Run(async (reader, feed) =>
    {
        string piece = new('x', 100_000);
        for (int i = 0; i < 20; i++)
        {
            feed.Write(piece);
        }

        ReadResult result = await reader.ReadAtLeastAsync(2_000_000);

        Assert.Equal(2_000_000, result.Buffer.Length);
        reader.AdvanceTo(result.Buffer.End);
    });

    [Fact]
    public void It_can_be_copied_to_a_stream_and_to_a_pipe_and_read_as_a_stream()
    {
        using var stream = new MemoryStream();
        Run(async (reader, feed) =>
        {
            Feed(feed);
            await reader.CopyToAsync(stream);
        });
        Assert.Equal("hello world", Encoding.Latin1.GetString(stream.ToArray()));

        var pipe = new Pipe();
        Run(async (reader, feed) =>
        {
            Feed(feed);
            await reader.CopyToAsync(pipe.Writer);
            pipe.Writer.Complete();
        });
        Assert.True(pipe.Reader.TryRead(out ReadResult copied));
        Assert.Equal("hello world", Text(copied));

        Run(async (reader, feed) =>
        {
            Feed(feed);
            using var text = new StreamReader(reader.AsStream());
            Assert.Equal("hello world", await text.ReadToEndAsync());
        });

        static void Feed(IPipeFeed feed)
        {
            feed.Write("hello ");
            feed.Write("world");
            feed.End();
        }
    }

    /// <summary>Runs a test with a fresh reader and its feed; the test may await.</summary>
    protected abstract void Run(Func<PipeReader, IPipeFeed, Task> test);

    private static string Text(ReadResult result) => Encoding.Latin1.GetString(result.Buffer);
}
