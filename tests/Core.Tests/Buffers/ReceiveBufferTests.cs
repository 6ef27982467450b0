using System.Buffers;
using System.Text;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>Slabs: how large, how long, and that nothing in them moves or changes before its time.</summary>
public sealed class ReceiveBufferTests
{
    private readonly SlabPool _pool = new();
    private readonly ReceiveBuffer _buffer;

    public ReceiveBufferTests() => _buffer = new(_pool);

    [Fact]
    public void The_first_slab_has_16_KiB_and_those_after_full_ones_up_to_256()
    {
        int[] sizes = [.. Enumerable.Range(0, 5).Select(_ => Fill())];
        Assert.Equal([16 * 1024, 64 * 1024, 256 * 1024, 256 * 1024, 256 * 1024], sizes);
        _buffer.TakeBody(_buffer.Peek().Length);
        _buffer.ReleaseAll();
        Assert.Equal((0L, 0L), (_pool.Outstanding, _buffer.Capacity));
        Assert.Equal(16 * 1024, _buffer.GetWritable(0).Length);
        _buffer.ReleaseAll();
    }

    [Fact]
    public void A_slab_goes_back_when_its_last_slice_was_consumed()
    {
        for (int i = 0; i < 3; i++)
        {
            _ = Fill();
            _buffer.TakeBody(_buffer.Peek().Length);
        }

        Assert.Equal(3, _pool.Outstanding);
        _buffer.Consume((16 * 1024) - 1);
        Assert.Equal(3, _pool.Outstanding);
        _buffer.Consume(1);
        Assert.Equal(2, _pool.Outstanding);
        _buffer.Consume(64 * 1024);
        Assert.Equal(1, _pool.Outstanding);
        _buffer.Consume(256 * 1024);
        _buffer.ReleaseIfEmpty();
        Assert.Equal(0, _pool.Outstanding);
    }

    [Fact]
    public void A_slab_is_used_again_from_its_front_only_when_nothing_in_it_is_needed()
    {
        Receive("framing" + "body");
        _buffer.Skip(7);
        _buffer.TakeBody(4);
        Assert.Equal((16 * 1024) - 11, _buffer.GetWritable(0).Length);
        Assert.Equal("body", Text(_buffer.FirstSlice));

        _buffer.Consume(4);
        Assert.Equal(16 * 1024, _buffer.GetWritable(0).Length);
        Assert.Equal(1, _pool.Outstanding);
        _buffer.ReleaseAll();
    }

    [Fact]
    public void Room_that_was_handed_out_stays_where_it_is_while_the_body_is_consumed()
    {
        Receive("first");
        _buffer.TakeBody(5);
        Memory<byte> room = _buffer.GetWritable(0);
        _buffer.Consume(5);
        _buffer.ReleasePassed();
        "second"u8.CopyTo(room.Span);
        _buffer.Commit(6);

        Assert.Equal("second", Encoding.Latin1.GetString(_buffer.Peek()));
        _buffer.ReleaseAll();
    }

    [Fact]
    public void More_than_the_room_there_was_can_not_be_committed()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _buffer.Commit(1));
        _ = _buffer.GetWritable(0);
        Assert.Throws<ArgumentOutOfRangeException>(() => _buffer.Commit((16 * 1024) + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _buffer.Commit(-1));
        _buffer.Commit(16 * 1024);
        _buffer.ReleaseAll();
    }

    [Fact]
    public void Small_pieces_close_up_and_large_ones_stay_where_they_landed()
    {
        string large = new('x', 300);
        Receive($"a--b--{large}--c");
        Take(1, 2);
        Take(1, 2);
        ReadOnlyMemory<byte> before = _buffer.FirstSlice;
        Take(300, 2);
        Take(1, 0);

        Assert.Equal("ab", Text(before));
        Assert.Equal("ab", Text(_buffer.FirstSlice));
        Assert.Equal("ab" + large + "c", Encoding.Latin1.GetString(_buffer.Body.ToArray()));
        Assert.Equal(309, _buffer.Held);
        _buffer.Consume(2);
        Assert.Equal(303, _buffer.Held);
        _buffer.ReleaseAll();
    }

    [Fact]
    public void Bytes_do_not_change_until_they_are_consumed()
    {
        var random = new Random(1);
        Queue<(ReadOnlyMemory<byte> Slice, byte[] Copy)> held = [];
        byte next = 0;
        for (int i = 0; i < 20_000; i++)
        {
            Memory<byte> room = _buffer.GetWritable(0);
            int count = random.Next(1, Math.Min(room.Length, 2000) + 1);
            for (int b = 0; b < count; b++)
            {
                room.Span[b] = next++;
            }

            _buffer.Commit(count);
            while (_buffer.Unparsed > 0)
            {
                int part = random.Next(1, Math.Min(_buffer.Peek().Length, 700) + 1);
                if (random.Next(3) == 0)
                {
                    _buffer.Skip(part);
                }
                else
                {
                    byte[] copy = _buffer.Peek()[..part].ToArray();
                    _buffer.TakeBody(part);
                    held.Enqueue((Last(part), copy));
                }
            }

            _buffer.ReleasePassed();
            int most = random.Next(0, 40);
            while (held.Count > most)
            {
                (ReadOnlyMemory<byte> slice, byte[] copy) = held.Dequeue();
                Assert.True(slice.Span.SequenceEqual(copy));
                Assert.True(_buffer.FirstSlice.Span[..Math.Min(copy.Length, _buffer.FirstSlice.Length)].SequenceEqual(copy.AsSpan(0, Math.Min(copy.Length, _buffer.FirstSlice.Length))));
                _buffer.Consume(copy.Length);
            }
        }

        _buffer.ReleaseAll();
        Assert.Equal(0, _pool.Outstanding);
    }

#if DEBUG
    [Fact]
    [Trait("fault", "F-65")]
    public void A_slice_used_after_its_life_shows_it_in_debug_builds()
    {
        Receive("hello world");
        _buffer.TakeBody(11);
        ReadOnlyMemory<byte> slice = _buffer.FirstSlice;

        _buffer.Consume(6);
        Assert.Equal([0xDD, 0xDD, 0xDD, 0xDD, 0xDD, 0xDD, .. "world"u8], slice.ToArray());
        _buffer.Consume(5);
        Assert.DoesNotContain(slice.ToArray(), b => b != 0xDD);
        _buffer.ReleaseAll();
    }

    [Fact]
    [Trait("fault", "F-65")]
    public void A_block_that_came_back_is_overwritten_in_debug_builds()
    {
        byte[] block = _pool.Rent(100);
        block.AsSpan().Fill(1);
        _pool.Return(block);
        Assert.DoesNotContain(block, b => b != 0xDD);
        Assert.Same(block, _pool.Rent(100));
        _pool.Return(block);
    }

    [Fact]
    public void A_slice_of_a_connection_closed_while_it_is_read_is_left_alone()
    {
        Receive("hello");
        _buffer.TakeBody(5);
        ReadOnlyMemory<byte> slice = _buffer.FirstSlice;
        _buffer.ReleaseAll(whileRead: true);
        Assert.Equal("hello", Text(slice));
        Assert.Equal(0, _pool.Outstanding);
    }
#endif

    private static string Text(ReadOnlyMemory<byte> memory) => Encoding.Latin1.GetString(memory.Span);

    private ReadOnlyMemory<byte> Last(int count)
    {
        ReadOnlySequence<byte> tail = _buffer.Body.Slice(_buffer.BodyLength - count);
        Assert.True(tail.IsSingleSegment);
        return tail.First;
    }

    private void Take(int body, int framing)
    {
        _buffer.TakeBody(body);
        _buffer.Skip(framing);
    }

    private int Fill()
    {
        Memory<byte> room = _buffer.GetWritable(0);
        room.Span.Fill((byte)'x');
        _buffer.Commit(room.Length);
        return room.Length;
    }

    private void Receive(string bytes)
    {
        Memory<byte> room = _buffer.GetWritable(0);
        _buffer.Commit(Encoding.Latin1.GetBytes(bytes, room.Span));
    }
}
