using System.Text;
using Xunit;

namespace PollHttp.Tests;

/// <summary>The body as a stream, as code written for HttpClient uses it.</summary>
[Trait("parity", "P-028")]
[Trait("parity", "P-128")]
public sealed class BodyStreamTests
{
    private readonly BodyScene _scene = new(Framing.Chunked);

    [Fact]
    public void It_can_be_read_and_nothing_else() => Run((stream, scene) =>
    {
        Assert.Equal((true, false, false, false), (stream.CanRead, stream.CanSeek, stream.CanWrite, stream.CanTimeout));
        Assert.Throws<NotSupportedException>(() => stream.Length);
        Assert.Throws<NotSupportedException>(() => stream.Position);
        Assert.Throws<NotSupportedException>(() => stream.Position = 0);
        Assert.Throws<NotSupportedException>(() => stream.Seek(0, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => stream.SetLength(0));
        Assert.Throws<NotSupportedException>(() => stream.Write(new byte[1], 0, 1));
        Assert.Throws<NotSupportedException>(() => stream.Write([1]));
        Assert.Throws<NotSupportedException>(() => stream.WriteByte(1));
        Assert.Throws<NotSupportedException>(() => { _ = stream.WriteAsync(new byte[1], 0, 1); });
        Assert.Throws<NotSupportedException>(() => { _ = stream.WriteAsync(new byte[1]); });
        Assert.Throws<NotSupportedException>(() => { _ = stream.BeginWrite(new byte[1], 0, 1, null, null); });
        stream.Flush();
        return Task.CompletedTask;
    });

    [Fact]
    public void Arguments_are_checked_at_once() => Run((stream, scene) =>
    {
        byte[] buffer = new byte[2];
        foreach (Func<byte[], int, int, object?> read in new Func<byte[], int, int, object?>[]
        {
            (b, o, c) => stream.Read(b, o, c),
            (b, o, c) => stream.ReadAsync(b, o, c, default),
            (b, o, c) => stream.BeginRead(b, o, c, null, null),
        })
        {
            Assert.Throws<ArgumentNullException>(() => read(null!, 0, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => read(buffer, -1, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => read(buffer, 0, -1));
            Assert.Throws<ArgumentOutOfRangeException>(() => read(buffer, 0, 3));
            Assert.Throws<ArgumentOutOfRangeException>(() => read(buffer, 3, 0));
        }

        Assert.Throws<ArgumentNullException>(() => stream.EndRead(null!));
        using var readOnly = new MemoryStream(buffer, writable: false);
        var disposed = new MemoryStream();
        disposed.Dispose();
        foreach (Action<Stream, int> copy in new Action<Stream, int>[]
        {
            stream.CopyTo,
            (s, size) => _ = stream.CopyToAsync(s, size, default),
        })
        {
            Assert.Throws<ArgumentNullException>(() => copy(null!, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => copy(Stream.Null, 0));
            Assert.Throws<ArgumentOutOfRangeException>(() => copy(Stream.Null, -1));
            Assert.Throws<NotSupportedException>(() => copy(readOnly, 1));
            Assert.Throws<ObjectDisposedException>(() => copy(disposed, 1));
        }

        return Task.CompletedTask;
    });

    [Fact]
    public void Every_way_of_reading_goes_on_where_the_last_one_ended() => Run(async (stream, scene) =>
    {
        scene.Write("abcdefghij");
        scene.End();
        byte[] two = new byte[2];

        Assert.Equal('a', stream.ReadByte());
        Assert.Equal("bc", Text(two, stream.Read(two)));
        Assert.Equal("d", Text(two, stream.Read(two, 1, 1), 1));
        Assert.Equal("ef", Text(two, await stream.ReadAsync(two)));
        Assert.Equal("g", Text(two, await stream.ReadAsync(two, 0, 1)));
        Assert.Equal("hi", Text(two, stream.EndRead(stream.BeginRead(two, 0, 2, null, null))));
        Assert.Equal('j', stream.ReadByte());
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(-1, stream.ReadByte());
            Assert.Equal(0, stream.Read(two));
            Assert.Equal(0, await stream.ReadAsync(two));
        }
    });

    [Fact]
    public void A_read_of_nothing_waits_for_data_and_takes_none() => Run(async (stream, scene) =>
    {
        ValueTask<int> pending = stream.ReadAsync(Memory<byte>.Empty);
        Assert.False(pending.IsCompleted);

        scene.Write("a");

        Assert.Equal(0, await pending);
        Assert.Equal(0, stream.Read([]));
        Assert.Equal('a', stream.ReadByte());
        scene.End();
        Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty));
    });

    [Fact]
    public void It_is_copied_without_and_with_await()
    {
        using var copy = new MemoryStream();
        Run(async (stream, scene) =>
        {
            scene.Write("hello ");
            scene.Write("world");
            scene.End();
            stream.CopyTo(copy);
            Assert.Equal(-1, stream.ReadByte());
            await Task.Yield();
        });
        Run(async (stream, scene) =>
        {
            scene.Write("hello ");
            Task copying = stream.CopyToAsync(copy);
            scene.Write("again");
            scene.End();
            await copying;
        });

        Assert.Equal("hello worldhello again", Encoding.Latin1.GetString(copy.ToArray()));
    }

    [Fact]
    public void A_canceled_read_ends_the_body() => Run(async (stream, scene) =>
    {
        using var cancel = new CancellationTokenSource();
        ValueTask<int> pending = stream.ReadAsync(new byte[1], cancel.Token);
        cancel.Cancel();

        OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await pending);

        Assert.Equal(cancel.Token, error.CancellationToken);
        await scene.SettleAsync();
        Assert.Equal(0, scene.Network.OpenTransports);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stream.ReadExactlyAsync(new byte[1]));
    });

    [Fact]
    public void A_disposed_one_says_so() => Run(async (stream, scene) =>
    {
        scene.Write("hello");
        Assert.Equal('h', stream.ReadByte());
        await stream.DisposeAsync();
        stream.Dispose();

        Assert.False(stream.CanRead);
        Assert.Throws<ObjectDisposedException>(() => stream.Read(new byte[1]));
        Assert.Throws<ObjectDisposedException>(() => stream.ReadByte());
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await stream.ReadExactlyAsync(new byte[1]));
        Assert.Throws<ObjectDisposedException>(() => stream.CopyTo(Stream.Null));
        await scene.SettleAsync();
        Assert.Equal(0, scene.Network.OpenTransports);
    });

    private static string Text(byte[] buffer, int count, int offset = 0) => Encoding.Latin1.GetString(buffer, offset, count);

    private void Run(Func<Stream, BodyScene, Task> test) => _scene.Run(response => test(response.OpenBodyStream(), _scene));
}
